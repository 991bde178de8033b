# Two jobs of the queue ask for the same Rigenera: one new attempt is opened.

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

two jobs ask for Rigenera of attempt 1
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

# And one that comes when all is over.
advance 1 min
two jobs ask for Rigenera of attempt 1
----
  waits       end of watch 1, end of watch 2 in 89 d 23 h 59 min
