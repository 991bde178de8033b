# The bank refuses the payment: it is rejected, and can be regenerated.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
----
bolli         redirected.choosing, attempt 1, for 15 min
  may         redirect, annul, verify
  reads       «Hai aperto il pagamento su IRIS. Puoi completarlo fino alle 09:15.»
  asks        1.1 in 5 s
  waits       end of watch 1 in 90 d
  item 1      open
practice      collecting

the payer is refused
----
bolli         rejected, attempt 1
  may         regenerate, annul, verify
  reads       «Pagamento rifiutato. Nessun addebito risulta su pagoPA: puoi rigenerare il pagamento.»
  esiti       1.1 refused
  asks        nothing
  watches     1.1 in 5 min

# Nobody asks for ever, but nobody forgets.
advance 1 h
----
  watches     1.1 in 1 h
