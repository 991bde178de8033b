# The payer pays, IRIS takes the payment for annulled, and its receipt arrives after Rigenera: it settles, and nobody pays again.

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

the payer pays, and IRIS takes it for annulled
----
bolli         annulled, attempt 1
  may         regenerate, verify
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 cancelled
  asks        nothing
  watches     1.1 in 5 min

Rigenera of attempt 1
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

the receipt of 1.1 arrives at IRIS
----
bolli         paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  watches     2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 2 in 90 d
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled
