# A position is paid twice before IRIS could be asked, and IRIS has room for the second payment only: the first, which it had notified, is an incident ten minutes later.

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

the answers of IRIS are slow
at the bank 1.1 is paid
at the bank 1.1 is paid alone again
the answers of IRIS are lost
----
  asks        1.1 in 10 s
  waits       notification of 1.1 unconfirmed, notification of 1.1 unconfirmed in 10 min; end of watch 1 in 90 d
IRIS took     1.1 16.00, 1.1 16.00

advance 10 min
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  asks        nothing
  waits       nothing
  item 1      settled by attempt 1
incident      unconfirmedNotification of 1.1 (16.00), to be decided: dismiss
              IRIS notified this payment, and no poll has confirmed it.
practice      settled
