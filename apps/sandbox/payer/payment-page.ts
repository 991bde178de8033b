import type { Position, Session } from '../ledger.js';
import { markup, type Markup } from '../markup.js';
import { isPayable } from '../position-state.js';
import { SCENARIOS } from '../scenarios.js';
import { page } from './layout.js';

const euro = new Intl.NumberFormat('it-IT', { style: 'currency', currency: 'EUR' });

/** The page where the payer stands when the redirect ends: what is to be paid, to whom, and the ways to go on. */
export function paymentPage(session: Session, now: Date): string {
  const present = session.positions.filter(({ deleted }) => !deleted);
  const payable = present.filter((position) => isPayable(position, now));
  const totalCents = payable.reduce((sum, { amountCents }) => sum + amountCents, 0);
  const creditors = [...new Set(present.map(({ creditor }) => creditor))].join(', ');
  return page(
    'Pagamento',
    markup`
      <section class="card" aria-labelledby="title">
        <h1 id="title">Riepilogo del pagamento</h1>
        <dl>
          <dt>Ente beneficiario</dt>
          <dd>${creditors}</dd>
        </dl>
        <table>
          <caption>Posizioni da pagare</caption>
          <thead>
            <tr><th scope="col">Causale</th><th scope="col" class="amount">Importo</th></tr>
          </thead>
          <tbody>${present.map((position) => positionRow(position, payable.includes(position)))}</tbody>
          <tfoot>
            <tr><th scope="row">Totale</th><td class="amount">${euro.format(totalCents / 100)}</td></tr>
          </tfoot>
        </table>
        <div class="actions">
          ${button(session, 'pay', 'Paga', 'primary')}
          ${button(session, 'refuse', 'Fai rifiutare il pagamento', 'other')}
          ${button(session, 'cancel', 'Annulla', 'other')}
          ${button(session, 'leave', 'Abbandona la pagina', 'other')}
        </div>
        ${scenarioForm(session)}
      </section>
    `,
  );
}

function positionRow({ description, idPagamento, amountCents }: Position, isToPay: boolean): Markup {
  const note = isToPay ? null : ' · non più da pagare';
  return markup`
    <tr>
      <th scope="row">${description}<small>${idPagamento}${note}</small></th>
      <td class="amount">${euro.format(amountCents / 100)}</td>
    </tr>
  `;
}

function button({ token }: Session, action: string, label: string, look: 'primary' | 'other'): Markup {
  return markup`
    <form method="post" action="/iris/gateway/${token}/${action}">
      <button type="submit" class="${look}">${label}</button>
    </form>
  `;
}

/** For whoever tries things out: any scenario, chosen here instead of beforehand. */
function scenarioForm({ token }: Session): Markup {
  const options = Object.entries(SCENARIOS).map(
    ([name, { description }]) => markup`<option value="${name}">${name}: ${description}</option>`,
  );
  return markup`
    <form method="post" action="/iris/gateway/${token}/choose" class="scenario">
      <label for="scenario">Scenario di prova</label>
      <select id="scenario" name="scenario">${options}</select>
      <button type="submit" class="other">Segui lo scenario</button>
    </form>
  `;
}
