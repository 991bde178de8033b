# Rigenera in the cool-down is too early, and after as many as are allowed it is refused.
with REGENERATE_LIMIT=2

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer is refused
----
bolli         rejected, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento rifiutato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 refused
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

Rigenera of attempt 1
the payer goes to IRIS
the payer is refused
----
bolli         rejected, attempt 2
  may         annul, verify
  esiti       1.1 refused, 2.1 refused
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

Rigenera of attempt 2
----
refused       429: it was regenerated a moment ago. Try again in 30 s.

advance 30 s
Rigenera of attempt 2
the payer goes to IRIS
the payer is refused
advance 30 s
----
bolli         rejected, attempt 3
  reads       «Pagamento rifiutato. È stato rigenerato quante volte è possibile: rivolgiti all'ufficio.»
  esiti       1.1 refused, 2.1 refused, 3.1 refused
  watches     1.1 in 4 min; 2.1, 3.1 in 4 min 30 s
  waits       end of watch 1, end of watch 2 in 89 d 23 h 59 min; end of watch 3 in 89 d 23 h 59 min 30 s

Rigenera of attempt 3
----
refused       409: it was regenerated as often as allowed. The payment is in state rejected. Allowed now: annul, verify.
