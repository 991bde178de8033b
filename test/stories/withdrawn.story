# PORTOS withdraws the practice: refused while a payment is in progress, done when it was refused, and money that comes afterwards is a refund due.

PORTOS opens a practice: 1 stamp duty, a fee of 150.00
the payer goes to IRIS for bolli
the payer begins to pay and leaves for bolli
advance 5 s
----
bolli         redirected.inProgress, attempt 1, for 30 min
  may         redirect, verify
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. Avremo un esito entro le 09:30.» (not to pay)
  esiti       1.1 inProgress
  asks        1.1 in 5 s
  waits       end of watch 1 in 89 d 23 h 59 min 55 s
  item 1      open
istruttoria   initialized.ready, attempt 1, for 23 h 59 min 55 s
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1 in 4 min 55 s
  waits       end of watch 1 in 89 d 23 h 59 min 55 s
  item 1      open
practice      collecting

PORTOS withdraws the practice
----
refused       409: bolli: a payment is under way.

at the bank 1.1 is refused for bolli
advance 1 min
PORTOS withdraws the practice
----
bolli         annulled, attempt 1, its charge was withdrawn
  may         verify
  reads       «L'importo è stato sostituito o ritirato in PORTOS. Non pagarlo.» (not to pay)
  esiti       1.1 refused
  asks        nothing
  watches     1.1 in 5 min
istruttoria   annulled, attempt 1, its charge was withdrawn
  may         verify
  reads       «L'importo è stato sostituito o ritirato in PORTOS. Non pagarlo.» (not to pay)
  watches     1.1 in 5 min
practice      collecting, withdrawn

the receipt of 1.1 arrives at IRIS for bolli
----
  esiti       1.1 paid
  item 1      open; 1.1 refund due 16.00
IRIS took     bolli 1.1 16.00
incident      duplicatePayment of 1.1 (16.00), to be decided: refunded, dismiss
              The charge was withdrawn when this payment arrived. A stamp duty cannot be refunded by the region: the refund is asked of the Agenzia delle Entrate.

Rigenera of attempt 1 for bolli
----
refused       409: its charge was replaced or withdrawn. The payment is in state annulled. Allowed now: verify.
