# While the answer "paid" is on its way the payer presses Rigenera: it arrives first, and nothing new is opened.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer pays, and IRIS takes it for annulled
----
bolli         annulled, attempt 1
  may         regenerate, verify
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 cancelled
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

the answers of IRIS are slow
the receipt of 1.1 arrives at IRIS
----
  asks        1.1 answer on its way
  watches     nothing
  waits       notification of 1.1 unconfirmed in 10 min; end of watch 1 in 90 d
IRIS took     1.1 16.00

Rigenera of attempt 1
----
bolli         regenerated.checking, attempt 1, for 1 min, the payer may take the risk in 1 min
  may         annul, verify
  reads       «Stiamo verificando il pagamento: non pagare di nuovo. Avremo un esito entro le 09:01.» (not to pay)
  waits       end of cool-down in 30 s; notification of 1.1 unconfirmed in 10 min; end of watch 1 in 90 d

the answers of IRIS arrive
----
bolli         paid.receipted, attempt 1
  may         nothing
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  asks        nothing
  waits       end of cool-down in 30 s
  item 1      settled by attempt 1
practice      settled
