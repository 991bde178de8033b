import { createHash } from 'node:crypto';
import type { Closing, Records, StoredIncident } from '#libs/payments';
import type { Sealer } from '#libs/platform';
import type { IncidentPayload } from '#machines/payment';
import type { Chance } from './chance.js';
import type { SimulatedDatabase } from './database.js';
import type { Line } from './process.js';

const RESOLUTIONS = 'payments.incident_resolution';
const INCIDENTS = 'payments.incident';
const ATTESTATIONS = 'payments.attestation';

/** Nothing in the simulation is personal, so nothing is encrypted; equal contents have equal fingerprints. */
export const openSealer: Sealer = {
  seal: (value) => Buffer.from(JSON.stringify(value)),
  open: (sealed) => JSON.parse(sealed.toString()) as unknown,
  fingerprint: (canonicalJson) => createHash('sha256').update(canonicalJson).digest('hex'),
};

/** What the payments keep beside the engine's rows, in the simulated database. */
export function simulatedRecords(database: SimulatedDatabase, line: Line, chance: Chance): Records {
  return {
    lookup: lookupIn(database, line),
    incidents: incidentsIn(database, line),
    shelf: shelfIn(database, line),
    identifiers: identifiersFrom(chance),
  };
}

function lookupIn(database: SimulatedDatabase, line: Line): Records['lookup'] {
  const unsealed = (column: unknown): unknown => JSON.parse(Buffer.from(String(column).slice(2), 'hex').toString());
  const contentOf: Records['lookup']['contentOf'] = (paymentId) =>
    line.call(() => {
      const charge = database.row('payments.charge', paymentId);
      if (!charge) return null;
      const payer = database.row('payments.payer', String(charge['practice_id']));
      return { charge: unsealed(charge['sealed']), payer: payer ? unsealed(payer['sealed']) : null } as Awaited<
        ReturnType<Records['lookup']['contentOf']>
      >;
    });
  return {
    contentOf,
    personalData: async (paymentId) => {
      const content = await contentOf(paymentId);
      return content?.payer ? { charge: content.charge, payer: content.payer } : null;
    },
    documentHash: async (paymentId, item) => {
      const content = await contentOf(paymentId);
      return content?.charge.kind === 'bolli' ? (content.charge.stampDuties[item - 1]?.documentHash ?? null) : null;
    },
    returnOf: (token) =>
      line.call(() => {
        const found = database.row('payments.return_token', token);
        return found ? { paymentId: String(found['payment_id']), returnUrl: 'https://portos.example/pratica' } : null;
      }),
    paymentsByIdPagamento: (ids) =>
      line.call(() => {
        const paymentOf = (id: string) => database.row('payments.id_pagamento', id)?.['payment_id'];
        return new Map(ids.filter((id) => paymentOf(id) !== undefined).map((id) => [id, String(paymentOf(id))]));
      }),
    paymentsNamed: () => Promise.resolve([]),
    sentContent: (practiceId) =>
      line.call(() => {
        const fingerprint = database.row('payments.practice', practiceId)?.['fingerprint'] as string | undefined;
        const hasPayer = database.row('payments.payer', practiceId) !== undefined;
        return fingerprint === undefined ? null : { fingerprint, hasPayer };
      }),
  };
}

function incidentsIn(database: SimulatedDatabase, line: Line): Records['incidents'] {
  const open = (about: string, instanceId: string | null, payload: IncidentPayload): Promise<void> =>
    line.call(() => {
      const incidentId = `inc_${createHash('sha256').update(about).digest('hex').slice(0, 32)}`;
      database.insert(INCIDENTS, incidentId, {
        incidentId,
        instanceId,
        openedAt: new Date(database.now()),
        ...payload,
      });
    });
  return {
    open: (instanceId, key, payload) => open(`${instanceId}/${key}`, instanceId, payload),
    openForUnknownPosition: ({ idPagamento, idTransazione, amountCents }) =>
      open(`unknown/${idPagamento}/${idTransazione ?? '-'}`, null, {
        kind: 'unconfirmedNotification',
        ...{ idPagamento, idTransazione, amountCents, effectKey: null },
        facts: 'a position nobody here knows',
        allowedResolutions: ['dismiss'],
      }),
    find: (incidentId) =>
      line.call(() => incidentsOf(database).find((incident) => incident.incidentId === incidentId) ?? null),
    list: (_, limit) => line.call(() => incidentsOf(database).slice(0, limit)),
    countOpen: () => Promise.resolve({}),
    quarantining: (paymentId) =>
      line.call(() =>
        incidentsOf(database)
          .filter(
            ({ instanceId, resolution, allowedResolutions }) =>
              instanceId === paymentId && resolution === null && allowedResolutions.includes('refund'),
          )
          .map(({ incidentId }) => incidentId),
      ),
    close: (closing: Closing) =>
      line.call(() => {
        const { incidentId: incident_id, resolution, reason, resolvedBy: resolved_by } = closing;
        database.insert(RESOLUTIONS, incident_id, { incident_id, resolution, reason, resolved_by });
      }),
  };
}

/** All incidents with what became of them, in the order in which they were opened. */
export const incidentsOf = (database: SimulatedDatabase): StoredIncident[] =>
  database.rows(INCIDENTS).map((row) => {
    const closed = database.row(RESOLUTIONS, String(row['incidentId']));
    return {
      ...(row as unknown as StoredIncident),
      resolution: (closed?.['resolution'] ?? null) as StoredIncident['resolution'],
      reason: (closed?.['reason'] ?? null) as string | null,
      resolvedBy: (closed?.['resolved_by'] ?? null) as string | null,
      resolvedAt: closed ? new Date(database.now()) : null,
    };
  });

function shelfIn(database: SimulatedDatabase, line: Line): Records['shelf'] {
  return {
    store: ({ content, ...label }) =>
      line.call(() => {
        const { idPagamento, iubd } = label;
        const others = database.rows(ATTESTATIONS).filter((row) => row['idPagamento'] !== idPagamento);
        if (iubd !== null && others.some((row) => row['iubd'] === iubd)) return false;
        database.insert(ATTESTATIONS, idPagamento, { ...label, bytes: content.length });
        return true;
      }),
    listOf: () => Promise.resolve([]),
    read: () => Promise.resolve(null),
  };
}

/** Identifiers as the real ones look; one number is never given twice. */
function identifiersFrom(chance: Chance): Records['identifiers'] {
  return {
    paymentId: () => `pay_${chance.hex(32)}`,
    eventId: (command) => `${command}/${chance.hex(16)}`,
    attempt: (count) =>
      Promise.resolve({
        returnToken: chance.hex(32),
        positions: Array.from({ length: count }, () => {
          const iuv = chance.hex(17);
          return { idPagamento: iuv, idPendenza: `P${iuv}`, iuv };
        }),
      }),
  };
}
