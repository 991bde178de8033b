# A bank transfer is accepted and not final: it outlives the half hour of a session, nobody may pay beside it, and it settles when it is final.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer orders a bank transfer
----
bolli         redirected.confirming, attempt 1, for 10 d
  may         redirect, verify
  reads       «Il bonifico è stato disposto e attende conferma. Non pagare di nuovo.» (not to pay)
  esiti       1.1 confirming
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

advance 31 min
Rigenera of attempt 1
----
refused       409: only a blocked payment can be regenerated. The payment is in state redirected.confirming. Allowed now: redirect, verify.
  asks        1.1 in 1 min

the receipt of 1.1 arrives at IRIS
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  asks        nothing
  waits       nothing
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled
