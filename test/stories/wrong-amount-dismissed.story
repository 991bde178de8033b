# One euro too much was paid, and an operator dismisses it: that money settles nothing, and the payment can be regenerated.

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

an operator decides about the amountMismatch of 1.1: dismiss
----
bolli         notConcluded, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento non concluso. Quanto risulta versato non vale per questo pagamento: se ne occupa l'ufficio. Puoi rigenerare il pagamento.»
  asks        nothing
  watches     1.1 in 5 min
  item 1      open; 1.1 dismissed 17.00
incident      amountMismatch of 1.1 is closed: dismiss
