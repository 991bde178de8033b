# A duplicate is given back and an operator writes that down; IRIS reports the refund too, and whoever is told of it has only to dismiss it.

PORTOS opens a practice: a fee of 150.00
the payer goes to IRIS
the payer pays, and IRIS takes it for annulled
Rigenera of attempt 1
the payer goes to IRIS
the payer pays
the receipt of 1.1 arrives at IRIS
----

IRIS gives 1.1 back
an operator decides about the duplicatePayment of 1.1: refunded
----

advance 5 min
----

an operator decides about the anomaly of 1.1: dismiss
advance 1 h
----
