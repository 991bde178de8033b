# An application has two carts: the second waits while the first is paid, and the practice is settled when both are.

PORTOS opens a practice: 2 stamp duties, a fee of 150.00
----
bolli         initialized.ready, attempt 1, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1, 1.2 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
  item 2      open
istruttoria   initialized.ready, attempt 1, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

the payer goes to IRIS for bolli
the payer pays for bolli
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid, 1.2 paid
  watches     nothing
  waits       nothing
  item 1      settled by attempt 1
  item 2      settled by attempt 1
IRIS took     bolli 1.1 16.00, bolli 1.2 16.00

advance 2 h
the payer goes to IRIS for istruttoria
the payer pays for istruttoria
----
istruttoria   paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  watches     nothing
  waits       nothing
  item 1      settled by attempt 1
IRIS took     bolli 1.1 16.00, bolli 1.2 16.00, istruttoria 1.1 150.00
practice      settled

PORTOS withdraws the practice
----
refused       409: everything is paid: there is nothing to withdraw.
