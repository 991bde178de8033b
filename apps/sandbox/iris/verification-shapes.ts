import { idpHeader } from './header-shapes.js';
import { NAMESPACES } from './namespaces.js';
import { boolean, identificativoIdp, maxText, versione } from './simple-types.js';
import { many, one, optional, shapesOf } from './structure.js';

/** IdpVerificaStatoPagamento of IdP.InformativaPagamento.xsd, inside its wrapper of proxy.xsd. */
const shape = shapesOf(NAMESPACES.payment);

export const verificationRequest = shape(
  'IdpVerificaStatoPagamento',
  [
    one(idpHeader),
    one(
      shape('IdpBody', [
        many(shape('IdPagamento', identificativoIdp, { TipoPendenza: maxText(35) })),
        optional(shape('richiestaInformazioniPagamento', boolean)),
      ]),
    ),
  ],
  { Versione: versione },
);
