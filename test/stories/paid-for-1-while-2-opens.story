# Attempt 1 turns out to be paid while attempt 2 is being opened: it settles, and the second address is shown to nobody.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer pays, and IRIS takes it for annulled
----
bolli         annulled, attempt 1
  may         regenerate, verify
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 cancelled
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

the openings of IRIS are slow
Rigenera of attempt 1
----
bolli         initialized.opening, attempt 2, for 2 min
  may         annul, verify
  reads       «Stiamo preparando il pagamento su IRIS. Bastano pochi secondi.»
  waits       opening of attempt 2 answer on its way; end of cool-down in 30 s; end of watch 1 in 90 d

the receipt of 1.1 arrives at IRIS
----
bolli         paid.receipted, attempt 2
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  watches     nothing
  waits       opening of attempt 2 answer on its way; end of cool-down in 30 s
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled

the answers of IRIS arrive
----
  may         verify
  watches     2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 2 in 90 d
