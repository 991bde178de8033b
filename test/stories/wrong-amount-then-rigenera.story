# One euro too much was paid: Rigenera waits until an operator decides that the money goes back, and the second attempt pays.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer pays one euro too much
----
bolli         redirected.choosing, attempt 1, for 15 min
  may         redirect, verify
  reads       «L'ufficio sta verificando un pagamento che non corrisponde al dovuto. Non pagare di nuovo.» (not to pay)
  esiti       1.1 paid
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open; 1.1 quarantined 17.00
IRIS took     1.1 17.00
incident      amountMismatch of 1.1 (17.00), to be decided: settle, refund, refunded, dismiss
              IRIS reports 1700 cents where 1600 were due.
practice      collecting

advance 20 min
Rigenera of attempt 1
----
refused       409: only a blocked payment can be regenerated. The payment is in state redirected.choosing. Allowed now: redirect, verify.
bolli         redirected.choosing, attempt 1, for 55 s
  asks        1.1 in 55 s

PORTOS annuls the payment
PORTOS withdraws the practice
----
refused       409: an incident must be resolved first. To be resolved: the incident. The payment is in state redirected.choosing. Allowed now: redirect, verify.
refused       409: bolli: an incident must be resolved first.

an operator decides about the amountMismatch of 1.1: refund
----
bolli         notConcluded, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento non concluso. Quanto risulta versato non vale per questo pagamento: se ne occupa l'ufficio. Puoi rigenerare il pagamento.»
  asks        nothing
  watches     1.1 in 5 min
  item 1      open; 1.1 refund due 17.00
incident      amountMismatch of 1.1 is closed: refund
incident      duplicatePayment of 1.1 (17.00), to be decided: refunded, dismiss
              An operator decided to refund this payment. A stamp duty cannot be refunded by the region: the refund is asked of the Agenzia delle Entrate.

Rigenera of attempt 1
the payer goes to IRIS
the payer pays
----
bolli         paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid, 2.1 paid
  waits       end of cool-down in 30 s; end of watch 1 in 89 d 23 h 40 min
  item 1      settled by attempt 2; 1.1 refund due 17.00
IRIS took     1.1 17.00, 2.1 16.00
practice      settled

IRIS gives 1.1 back
an operator decides about the duplicatePayment of 1.1: refunded
----
  item 1      settled by attempt 2; 1.1 refunded 17.00
IRIS took     1.1 17.00 (given back), 2.1 16.00
incident      duplicatePayment of 1.1 is closed: refunded
