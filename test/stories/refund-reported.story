# A duplicate is given back and an operator writes that down; IRIS reports the refund too, and whoever is told of it has only to dismiss it.

PORTOS opens a practice: a fee of 150.00
the payer goes to IRIS
the payer pays, and IRIS takes it for annulled
Rigenera of attempt 1
the payer goes to IRIS
the payer pays
the receipt of 1.1 arrives at IRIS
----
istruttoria   paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid, 2.1 paid
  watches     1.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1 in 90 d
  item 1      settled by attempt 2; 1.1 refund due 150.00
IRIS took     1.1 150.00, 2.1 150.00
incident      duplicatePayment of 1.1 (150.00), to be decided: refunded, dismiss
              Item 1 was already settled when this payment arrived. The region owes the payer a refund.
practice      settled

IRIS gives 1.1 back
an operator decides about the duplicatePayment of 1.1: refunded
----
  item 1      settled by attempt 2; 1.1 refunded 150.00
IRIS took     1.1 150.00 (given back), 2.1 150.00
incident      duplicatePayment of 1.1 is closed: refunded

advance 5 min
----
  esiti       1.1 reversed, 2.1 paid
  watches     1.1 in 5 min
  waits       end of watch 1 in 89 d 23 h 55 min
incident      anomaly of 1.1 (150.00), to be decided: dismiss
              IRIS reports "reversed" for a position it had reported paid. What was written down stays as it is.

an operator decides about the anomaly of 1.1: dismiss
advance 1 h
----
  watches     1.1 in 1 h
incident      anomaly of 1.1 is closed: dismiss
