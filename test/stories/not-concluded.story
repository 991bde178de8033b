# The payer begins to pay and leaves: half an hour later the payment is not concluded, and is watched closely until it is refused.

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

the payer begins to pay and leaves
advance 5 s
----
bolli         redirected.inProgress, attempt 1, for 30 min
  may         redirect, verify
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. Avremo un esito entro le 09:30.» (not to pay)
  esiti       1.1 inProgress
  asks        1.1 in 5 s

PORTOS annuls the payment
----
refused       409: a payment is under way. The payment is in state redirected.inProgress. Allowed now: redirect, verify.

advance 29 min 59 s
----
  asks        1.1 in 1 s

advance 1 s
----
bolli         notConcluded, attempt 1
  may         regenerate, verify
  reads       «Risulta un pagamento in corso. Non pagare di nuovo: stiamo controllando noi.» (not to pay)
  asks        1.1 in 5 s

at the bank 1.1 is refused
advance 1 min
----
  may         regenerate, annul, verify
  reads       «Pagamento non concluso. Puoi rigenerarlo: prima controlleremo noi che non risulti un addebito.»
  esiti       1.1 refused
  asks        nothing
  watches     1.1 in 4 min 5 s
