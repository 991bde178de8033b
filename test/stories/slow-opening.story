# IRIS is slow to open the first attempt, so a second one is opened: only the second is shown, and the first is watched.

the answers of IRIS are slow
PORTOS opens a practice: 1 stamp duty
----

advance 12 s
----

the answers of IRIS arrive
----

the payer goes to IRIS
the payer pays
----
