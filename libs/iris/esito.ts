/** What IRIS reports about one position, in our words. Only `paid` settles; `unknown` is never read as a negative. */
export type Esito =
  'paid' | 'reversed' | 'inProgress' | 'confirming' | 'refused' | 'cancelled' | 'unpaid' | 'unpayable' | 'unknown';

/**
 * The esito of a detailed state (`InformazioniPagamento/Stato` and `DescrizioneStato`, IdP.Esito.Verifica.xsd). This is
 * the only place where IRIS's states are compared. Whatever is not listed is `unknown`: a state nobody has described
 * may hide a payment, so it must never free a payer to pay again. `POSIZIONE_NON_PRESENTE` is among those, because we
 * ask only about positions that were opened, or may have been.
 */
export function esitoOf(stato: string, descrizioneStato: string): Esito {
  switch (stato) {
    case 'POSIZIONE_PAGATA':
      return esitoOfPagata(descrizioneStato);
    case 'POSIZIONE_NON_PAGATA':
      return esitoOfNonPagata(descrizioneStato);
    case 'POSIZIONE_NON_PAGABILE':
      return esitoOfNonPagabile(descrizioneStato);
    case 'POSIZIONE_CON_PAG_IN_CORSO':
      return 'inProgress';
    case 'POSIZIONE_PAGATA_SBF':
    case 'POSIZIONE_CON_DOC_EMESSO':
      return 'confirming';
    default:
      return 'unknown';
  }
}

function esitoOfPagata(descrizioneStato: string): Esito {
  switch (descrizioneStato) {
    case 'PAG_ESEGUITO_IDP':
    case 'PAG_ESEGUITO_OTH':
      return 'paid';
    case 'PAG_RIMBORSATO':
      return 'reversed';
    default:
      return 'unknown';
  }
}

function esitoOfNonPagata(descrizioneStato: string): Esito {
  switch (descrizioneStato) {
    case 'PAG_STORNATO':
      return 'reversed';
    case 'PAG_NON_ESEGUITO':
    case 'PAG_IN_ERRORE':
      return 'refused';
    case 'PAG_ANNULLATO':
    case 'PAG_ANNULLATO_OPER':
      return 'cancelled';
    default:
      return 'unpaid';
  }
}

function esitoOfNonPagabile(descrizioneStato: string): Esito {
  switch (descrizioneStato) {
    case 'PAG_RIMBORSATO':
      return 'reversed';
    case 'NON_PAGABILE_TERMINI':
    case 'NON_PAGABILE_RATE':
      return 'unpayable';
    default:
      return 'unknown';
  }
}
