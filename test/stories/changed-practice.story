# PORTOS changes the fee while it is open: the old one is annulled and watched, and money that comes for it is a refund due.

PORTOS opens a practice: 1 stamp duty, a fee of 150.00
the payer goes to IRIS for istruttoria
----
bolli         initialized.ready, attempt 1, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
istruttoria   redirected.choosing, attempt 1, for 15 min
  may         redirect, annul, verify
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

PORTOS changes the practice: 1 stamp duty, a fee of 200.00
----
istruttoria   annulled, attempt 1, its charge was replaced
  may         verify
  reads       «L'importo è stato sostituito o ritirato in PORTOS. Non pagarlo.» (not to pay)
  asks        nothing
  watches     1.1 in 5 min
istruttoria 2 initialized.ready, attempt 1, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open

the payer pays on the page of attempt 1 for istruttoria
----
  esiti       1.1 paid
  item 1      open; 1.1 refund due 150.00
IRIS took     istruttoria 1.1 150.00
incident      duplicatePayment of 1.1 (150.00), to be decided: refunded, dismiss
              The charge was replaced when this payment arrived. The region owes the payer a refund.

the payer goes to IRIS for istruttoria 2
the payer pays for istruttoria 2
the payer goes to IRIS for bolli
the payer pays for bolli
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  watches     nothing
  waits       nothing
  item 1      settled by attempt 1
istruttoria 2 paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  watches     nothing
  waits       nothing
  item 1      settled by attempt 1
IRIS took     bolli 1.1 16.00, istruttoria 1.1 150.00, istruttoria 2 1.1 200.00
practice      settled
