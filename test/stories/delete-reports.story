# IRIS deletes the replaced position and still reports on it: a receipt that comes late settles the item.
with IRIS_DELETE=whenIdle

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer is refused
IRIS reports what it shall delete
----
bolli         rejected, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento rifiutato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 refused
  watches     1.1 in 5 min
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

Rigenera of attempt 1
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  esiti       1.1 refused (deleted)
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

the receipt of 1.1 arrives at IRIS
----
bolli         paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid (deleted)
  watches     2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 2 in 90 d
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled
