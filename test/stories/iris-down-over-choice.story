# IRIS is silent over the end of the time to choose: nothing is decided, and what was paid meanwhile settles when it answers.

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

IRIS stops answering
at the bank 1.1 is paid
advance 16 min
----
bolli         redirected.choosing, attempt 1, for 55 s
  reads       «Stiamo verificando il pagamento: non pagare di nuovo.» (not to pay)
  asks        1.1 in 55 s
IRIS took     1.1 16.00

IRIS answers again
advance 1 min
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  asks        nothing
  waits       nothing
  item 1      settled by attempt 1
practice      settled
