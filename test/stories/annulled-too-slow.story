# The payer never chooses how to pay: after fifteen minutes IRIS is asked once more, and the payment is annulled.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
----
bolli         redirected.choosing, attempt 1, for 15 min
  may         redirect, annul, verify
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

advance 14 min 59 s
----
  esiti       1.1 unpaid
  asks        1.1 in 6 s

advance 1 s
----
bolli         annulled, attempt 1
  may         regenerate, verify
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  asks        nothing
  watches     1.1 in 5 min
