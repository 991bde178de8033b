# IRIS never says what became of the first attempt: after a minute the payer takes the risk and pays the second, and when the first is paid too it is a refund due.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer begins to pay and leaves
advance 30 min 5 s
----
bolli         notConcluded, attempt 1
  may         regenerate, verify
  reads       «Risulta un pagamento in corso. Non pagare di nuovo: stiamo controllando noi.» (not to pay)
  esiti       1.1 inProgress
  asks        1.1 in 5 s
  waits       end of watch 1 in 89 d 23 h 29 min 55 s
  item 1      open
practice      collecting

Rigenera of attempt 1
----
bolli         regenerated.checking, attempt 1, for 1 min, the payer may take the risk in 1 min
  may         verify
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. Avremo un esito entro le 09:31.» (not to pay)
  waits       end of cool-down in 30 s; end of watch 1 in 89 d 23 h 29 min 55 s

advance 1 min
----
bolli         regenerated.overdue, attempt 1, for 1 min, the payer may take the risk now
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. IRIS non ha ancora dato un esito certo. Se sei sicuro di non aver pagato, puoi proseguire con un nuovo tentativo, confermandolo: continueremo a controllare il precedente.» (not to pay)
  asks        1.1 in 1 min
  waits       end of watch 1 in 89 d 23 h 28 min 55 s

Rigenera of attempt 1 in spite of what may be in flight
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  asks        1.1 in 5 s
  watches     2.1 in 5 min
  waits       end of watch 1 in 89 d 23 h 28 min 55 s; end of watch 2 in 90 d

the payer goes to IRIS
the payer pays
----
bolli         paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 inProgress, 2.1 paid
  watches     nothing
  waits       end of watch 1 in 89 d 23 h 28 min 55 s
  item 1      settled by attempt 2
IRIS took     2.1 16.00
practice      settled

the receipt of 1.1 arrives at IRIS
----
  esiti       1.1 paid, 2.1 paid
  asks        nothing
  watches     1.1 in 5 min
  item 1      settled by attempt 2; 1.1 refund due 16.00
IRIS took     1.1 16.00, 2.1 16.00
incident      duplicatePayment of 1.1 (16.00), to be decided: refunded, dismiss
              Item 1 was already settled when this payment arrived. A stamp duty cannot be refunded by the region: the refund is asked of the Agenzia delle Entrate.
