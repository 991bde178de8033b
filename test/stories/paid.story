# The payer goes to IRIS, pays and comes back: the stamp duty is paid and the practice settled.

PORTOS opens a practice: 1 stamp duty
----
bolli         initialized.ready, attempt 1, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

the payer goes to IRIS
----
bolli         redirected.choosing, attempt 1, for 15 min
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        1.1 in 5 s
  watches     nothing

the payer pays
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  asks        nothing
  waits       nothing
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled
