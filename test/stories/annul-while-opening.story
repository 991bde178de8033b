# PORTOS annuls a payment while IRIS opens it: the position is watched, and its address is shown to nobody.

the next answer of IRIS is slow
PORTOS opens a practice: 1 stamp duty
----
bolli         initialized.opening, attempt 1, for 2 min
  may         annul
  reads       «Stiamo preparando il pagamento su IRIS. Bastano pochi secondi.»
  waits       opening of attempt 1 answer on its way
  item 1      open
practice      collecting

PORTOS annuls the payment
----
bolli         annulled, attempt 1
  may         regenerate
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»

the answers of IRIS arrive
----
  may         regenerate, verify
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d

the payer goes to IRIS
----
refused       409: there is no open attempt to send the payer to. The payment is in state annulled. Allowed now: regenerate, verify.

Rigenera of attempt 1
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d
