# A position that is settled is paid once more, in another transaction: that money is a refund due.

PORTOS opens a practice: 1 stamp duty
the payer goes to IRIS
the payer pays
----
bolli         paid.receipted, attempt 1
  reads       «Pagamento ricevuto. Non serve altro.»
  esiti       1.1 paid
  item 1      settled by attempt 1
IRIS took     1.1 16.00
practice      settled

at the bank 1.1 is paid alone again
----
  item 1      settled by attempt 1; 1.1 refund due 16.00
IRIS took     1.1 16.00, 1.1 16.00
incident      duplicatePayment of 1.1 (16.00), to be decided: refunded, dismiss
              Item 1 was already settled when this payment arrived. A stamp duty cannot be refunded by the region: the refund is asked of the Agenzia delle Entrate.
