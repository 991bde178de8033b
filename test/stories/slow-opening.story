# IRIS is slow to open the first attempt, so a second one is opened: only the second is shown, and the first is watched.

the next answer of IRIS is slow
PORTOS opens a practice: 1 stamp duty
----
bolli         initialized.opening, attempt 1, for 2 min
  may         annul
  reads       «Stiamo preparando il pagamento su IRIS. Bastano pochi secondi.»
  waits       opening of attempt 1 answer on its way
  item 1      open
practice      collecting

# Nobody knows what became of it: its lease ends.
advance 11 s
----
bolli         initialized.opening, attempt 2, for 1 min 49 s
  may         annul, verify
  watches     1.1 in 5 min
  waits       opening of attempt 2 in 1 s; end of watch 1 in 90 d

advance 1 s
----
bolli         initialized.ready, attempt 2, for 1 d
  may         redirect, annul, verify
  reads       «Il pagamento è pronto: puoi pagare.»
  watches     1.1 in 4 min 59 s; 2.1 in 5 min
  waits       end of watch 1 in 89 d 23 h 59 min 59 s; end of watch 2 in 90 d

the answers of IRIS arrive
----
(nothing changes)

the payer goes to IRIS
the payer pays
----
bolli         paid.receipted, attempt 2
  may         verify
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       2.1 paid
  watches     1.1 in 4 min 59 s
  waits       end of watch 1 in 89 d 23 h 59 min 59 s
  item 1      settled by attempt 2
IRIS took     2.1 16.00
practice      settled
