# A payment was made and given back while IRIS was silent: it is neither paid nor unpaid until an operator decides.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
IRIS stops answering
at the bank 1.1 is paid
IRIS gives 1.1 back
IRIS answers again
----
bolli         redirected.choosing, attempt 1, for 15 min
  may         redirect, annul, verify
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open
IRIS took     1.1 16.00 (given back)
practice      collecting

advance 1 min
----
  may         redirect, verify
  reads       «L'ufficio sta verificando un pagamento che non corrisponde al dovuto. Non pagare di nuovo.» (not to pay)
  esiti       1.1 reversed
  asks        1.1 in 5 s
  item 1      open; 1.1 quarantined 16.00
incident      anomaly of 1.1 (16.00), to be decided: settle, refund, refunded
              IRIS reports the payment of this position as refunded or reversed.

an operator decides about the anomaly of 1.1: dismiss
Rigenera of attempt 1
----
refused       409: this incident cannot be closed by "dismiss". Allowed now: settle, refund, refunded.
refused       409: only a blocked payment can be regenerated. The payment is in state redirected.choosing. Allowed now: redirect, verify.

an operator decides about the anomaly of 1.1: refunded
----
bolli         notConcluded, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento non concluso. Quanto risulta versato non vale per questo pagamento: se ne occupa l'ufficio. Puoi rigenerare il pagamento.»
  asks        nothing
  watches     1.1 in 5 min
  item 1      open; 1.1 refunded 16.00
incident      anomaly of 1.1 is closed: refunded

Rigenera of attempt 1
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1 in 89 d 23 h 59 min; end of watch 2 in 90 d
