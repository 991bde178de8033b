# The attestation is one of another document: the payment is paid, an operator is told, and redrives it once IRIS hands out the right one.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the attestation of 1.1 is other-digest
the payer pays
----
bolli         paid.awaitingReceipt, attempt 1
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  waits       attestation of 1.1 given up
  item 1      settled by attempt 1
IRIS took     1.1 16.00
incident      receiptProblem of 1.1, to be decided: dismiss, redrive
              There is no valid attestation of this position: ImprontaDocumento/DigestValue is not the hash of the document that was sent.
practice      settled

an operator redrives the receiptProblem of 1.1
----
incident      receiptProblem of 1.1 is closed: redriven
incident      receiptProblem of 1.1, to be decided: dismiss, redrive
              There is no valid attestation of this position: ImprontaDocumento/DigestValue is not the hash of the document that was sent.

the attestation of 1.1 is good
an operator redrives the receiptProblem of 1.1
----
bolli         paid.receipted, attempt 1
  waits       nothing
incident      receiptProblem of 1.1 is closed: redriven
