# The watch ends while IRIS still reports a payment in progress: an operator is told.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer begins to pay and leaves
advance 30 min 5 s
----
bolli         notConcluded, attempt 1
  may         regenerate, verify
  reads       «Risulta un pagamento in corso. Non pagare di nuovo: stiamo controllando noi.» (not to pay)
  esiti       1.1 inProgress
  asks        1.1 in 5 s
  waits       end of watch 1 in 89 d 23 h 29 min 55 s
  item 1      open
practice      collecting

advance 90 d in one leap
----
  asks        nothing
  waits       nothing
incident      anomaly of 1.1 (16.00), to be decided: dismiss
              The watch on this position ended while IRIS still reported a payment under way.

an operator decides about the anomaly of 1.1: dismiss
----
incident      anomaly of 1.1 is closed: dismiss
