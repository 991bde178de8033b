# One euro too much was paid: the money waits for an operator, who lets it settle the stamp duty; its attestation, of 17.00, is then not a valid one.

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

the payer pays one euro too much
----
  may         redirect, verify
  reads       «L'ufficio sta verificando un pagamento che non corrisponde al dovuto. Non pagare di nuovo.» (not to pay)
  esiti       1.1 paid
  item 1      open; 1.1 quarantined 17.00
IRIS took     1.1 17.00
incident      amountMismatch of 1.1 (17.00), to be decided: settle, refund, refunded, dismiss
              IRIS reports 1700 cents where 1600 were due.

an operator decides about the amountMismatch of 1.1: settle
----
bolli         paid.awaitingReceipt, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  asks        nothing
  waits       attestation of 1.1 given up
  item 1      settled by attempt 1
incident      amountMismatch of 1.1 is closed: settle
incident      receiptProblem of 1.1, to be decided: dismiss, redrive
              There is no valid attestation of this position: Importo is not the amount of a stamp duty.
practice      settled
