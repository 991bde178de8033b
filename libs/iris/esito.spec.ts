import { describe, expect, it } from '@jest/globals';
import { type Esito, esitoOf } from './esito.js';

const table: readonly (readonly [stato: string, descrizioneStato: string, esito: Esito])[] = [
  ['POSIZIONE_PAGATA', 'PAG_ESEGUITO_IDP', 'paid'],
  ['POSIZIONE_PAGATA', 'PAG_ESEGUITO_OTH', 'paid'],
  ['POSIZIONE_PAGATA', 'PAG_RIMBORSATO', 'reversed'],
  ['POSIZIONE_NON_PAGABILE', 'PAG_RIMBORSATO', 'reversed'],
  ['POSIZIONE_NON_PAGATA', 'PAG_STORNATO', 'reversed'],
  ['POSIZIONE_CON_PAG_IN_CORSO', 'Carta di credito', 'inProgress'],
  ['POSIZIONE_CON_PAG_IN_CORSO', '-', 'inProgress'],
  ['POSIZIONE_PAGATA_SBF', 'Bonifico', 'confirming'],
  ['POSIZIONE_CON_DOC_EMESSO', '-', 'confirming'],
  ['POSIZIONE_NON_PAGATA', 'PAG_NON_ESEGUITO', 'refused'],
  ['POSIZIONE_NON_PAGATA', 'PAG_IN_ERRORE', 'refused'],
  ['POSIZIONE_NON_PAGATA', 'PAG_ANNULLATO', 'cancelled'],
  ['POSIZIONE_NON_PAGATA', 'PAG_ANNULLATO_OPER', 'cancelled'],
  ['POSIZIONE_NON_PAGATA', '-', 'unpaid'],
  ['POSIZIONE_NON_PAGATA', 'anything else', 'unpaid'],
  ['POSIZIONE_NON_PAGABILE', 'NON_PAGABILE_TERMINI', 'unpayable'],
  ['POSIZIONE_NON_PAGABILE', 'NON_PAGABILE_RATE', 'unpayable'],
  ['POSIZIONE_NON_PRESENTE', '-', 'unknown'],
  ['POSIZIONE_PAGATA', 'anything else', 'unknown'],
  ['POSIZIONE_NON_PAGABILE', 'anything else', 'unknown'],
  ['POSIZIONE_MAI_VISTA', 'PAG_ESEGUITO_IDP', 'unknown'],
  ['posizione_pagata', 'PAG_ESEGUITO_IDP', 'unknown'],
  ['', '', 'unknown'],
];

describe('the esito of a position', () => {
  it.each(table)('"%s" with "%s" is %s', (stato, descrizioneStato, esito) => {
    expect(esitoOf(stato, descrizioneStato)).toBe(esito);
  });
});
