# A refused payment is watched for ninety days, ever more rarely, and then no more; what IRIS notifies after that is still heard.

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

advance 1 h
----
  watches     1.1 in 1 h

advance 1 d
----
  watches     1.1 in 23 h

advance 88 d 22 h 59 min
----
  watches     1.1 in 1 min

advance 1 min
----
  watches     nothing
  waits       nothing

the receipt of 1.1 arrives at IRIS
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled
