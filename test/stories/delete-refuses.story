# IRIS refuses to delete the replaced position: it is asked about once more, and the second attempt goes on.
with IRIS_DELETE=whenIdle

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer is refused
IRIS refuses what it shall delete
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
  esiti       1.1 refused (not deleted)
  watches     1.1, 2.1 in 5 min
  waits       end of cool-down in 30 s; end of watch 1, end of watch 2 in 90 d

advance 5 min
----
  esiti       1.1 refused (not deleted), 2.1 unpaid
  watches     1.1, 2.1 in 5 min
  waits       end of watch 1, end of watch 2 in 89 d 23 h 55 min
