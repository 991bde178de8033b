# Of three stamp duties that IRIS took for annulled one was paid: Rigenera asks for the other two only.

PORTOS opens a practice: 3 stamp duties
the payer goes to IRIS
the payer pays, and IRIS takes it for annulled
----
bolli         annulled, attempt 1
  may         regenerate, verify
  reads       «Pagamento annullato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 cancelled, 1.2 cancelled, 1.3 cancelled
  watches     1.1, 1.2, 1.3 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
  item 2      open
  item 3      open
practice      collecting

the receipt of 1.2 arrives at IRIS
----
  reads       «Pagamento annullato. Importi pagati: 1 su 3. Rigenera il pagamento per quello che manca.»
  esiti       1.1 cancelled, 1.2 paid, 1.3 cancelled
  watches     1.1, 1.3 in 5 min
  item 2      settled by attempt 1
IRIS took     1.2 16.00

Rigenera of attempt 1
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1, 1.3, 2.1, 2.3 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

the payer goes to IRIS
the payer pays
----
bolli         paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 cancelled, 1.2 paid, 1.3 cancelled, 2.1 paid, 2.3 paid
  watches     1.1, 1.3 in 5 min
  waits       end of cool-down in 30 s; end of watch 1 in 90 d
  item 1      settled by attempt 2
  item 3      settled by attempt 2
IRIS took     1.2 16.00, 2.1 16.00, 2.3 16.00
practice      settled
