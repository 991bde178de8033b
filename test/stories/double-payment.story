# A payment that IRIS took for annulled was made all the same, and the payer has paid the second attempt by then: the first is a refund due, and an operator writes down that it was made.

PORTOS opens a practice: a fee of 150.00
the payer goes to IRIS
----
istruttoria   redirected.choosing, attempt 1, for 15 min
  may         redirect, annul, verify
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

the payer pays, and IRIS takes it for annulled
----
istruttoria   annulled, attempt 1
  may         regenerate, verify
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 cancelled
  asks        nothing
  watches     1.1 in 5 min

Rigenera of attempt 1
the payer goes to IRIS
----
istruttoria   redirected.choosing, attempt 2, for 15 min
  may         redirect, annul, verify
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        2.1 in 5 s
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

the payer pays
----
istruttoria   paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 cancelled, 2.1 paid
  asks        nothing
  waits       end of cool-down in 30 s; end of watch 1 in 90 d
  item 1      settled by attempt 2
IRIS took     2.1 150.00
practice      settled

the receipt of 1.1 arrives at IRIS
----
  esiti       1.1 paid, 2.1 paid
  item 1      settled by attempt 2; 1.1 refund due 150.00
IRIS took     1.1 150.00, 2.1 150.00
incident      duplicatePayment of 1.1 (150.00), to be decided: refunded, dismiss
              Item 1 was already settled when this payment arrived. The region owes the payer a refund.

an operator decides about the duplicatePayment of 1.1: refunded
----
  item 1      settled by attempt 2; 1.1 refunded 150.00
incident      duplicatePayment of 1.1 is closed: refunded
