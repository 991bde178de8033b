# The attestation does not come: IRIS is asked for half a day, then an operator is told, who redrives it when it is there.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the attestation of 1.1 is missing
the payer pays
----
bolli         paid.awaitingReceipt, attempt 1
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  waits       attestation of 1.1 in 5 s
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled

advance 1 h
----
  waits       attestation of 1.1 in 5 min 35 s

advance 11 h
----
  waits       attestation of 1.1 given up
incident      receiptProblem of 1.1, to be decided: dismiss, redrive
              There is no valid attestation of this position: IRIS gave none; it was asked 15 times.

the attestation of 1.1 is good
an operator redrives the receiptProblem of 1.1
----
bolli         paid.receipted, attempt 1
  waits       nothing
incident      receiptProblem of 1.1 is closed: redriven
