# A bank transfer does not become final in ten days: the payment is not concluded, an operator is told, and Rigenera is refused until it is.

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

advance 10 d in one leap
----
bolli         notConcluded, attempt 1
  may         verify
  reads       «Risulta un pagamento in corso. Non pagare di nuovo: stiamo controllando noi.» (not to pay)
  asks        1.1 in 5 s
incident      anomaly of 1.1 (16.00), to be decided: dismiss
              A transfer was accepted and has not become final within CONFIRM_TIMEOUT.

Rigenera of attempt 1
----
refused       409: a bank transfer is being confirmed. The payment is in state notConcluded. Allowed now: verify.

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
