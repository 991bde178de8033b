# The payer is refused, tries again on the same page and presses Rigenera: it waits for the payment in progress, which settles.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer is refused
----
bolli         rejected, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento rifiutato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 refused
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

at the bank 1.1 is in progress
Rigenera of attempt 1
----
bolli         regenerated.checking, attempt 1, for 1 min, the payer may take the risk in 1 min
  may         verify
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. Avremo un esito entro le 09:01.» (not to pay)
  esiti       1.1 inProgress
  asks        1.1 in 5 s
  watches     nothing
  waits       end of cool-down in 30 s; end of watch 1 in 90 d

advance 2 min
----
bolli         regenerated.overdue, attempt 1, for 1 min, the payer may take the risk now
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. IRIS non ha ancora dato un esito certo. Se sei sicuro di non aver pagato, puoi proseguire con un nuovo tentativo, confermandolo: continueremo a controllare il precedente.» (not to pay)
  asks        1.1 in 1 min
  waits       end of watch 1 in 89 d 23 h 58 min

at the bank 1.1 is paid
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
