# The attestation does not come: IRIS is asked for half a day, then an operator is told, who redrives it when it is there.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the attestation of 1.1 is missing
the payer pays
----

advance 11 h
----

the attestation of 1.1 is good
an operator redrives the receiptProblem of 1.1
----
