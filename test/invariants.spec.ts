import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Pool } from 'pg';
import { migrateAll } from '#libs/payments';
import { createPool } from '#libs/platform';
import type { TestDatabase } from '#libs/testkit';
import { createTestDatabase } from '#libs/testkit';
import { main as audit } from '../apps/cli/audit.js';
import { brokenInvariants, readInvariants } from '../apps/cli/invariants.js';

/** Each invariant is shown a database that breaks it: a question that finds nothing whatever happens asks nothing. */

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase({ name: 'invariants', migrate: migrateAll });
  pool = createPool(database.url, { max: 2, applicationName: 'invariants' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const TABLES = ['instance', 'transition', 'effect'].map((name) => `engine.${name}`);
beforeEach(async () => {
  await pool.query(`truncate ${TABLES.join(', ')}, payments.practice, payments.charge, payments.incident,
    payments.webhook cascade`);
});

interface Receipt {
  readonly idTransazione: string;
  readonly amountCents: number;
  readonly disposition: string;
  readonly quarantine: string | null;
}

const settled: Receipt = { idTransazione: 'T1', amountCents: 1600, disposition: 'settled', quarantine: null };
const refundDue: Receipt = { ...settled, disposition: 'refundDue' };

/** A payment of one item, told with as little as the questions look at. */
async function payment(state: string, receipts: readonly Receipt[] = [], more: object = {}): Promise<void> {
  const isSettled = receipts.some(({ disposition }) => disposition === 'settled');
  const position = { idPagamento: 'P1', item: 1, amountCents: 1600, receipts };
  const context = {
    items: [{ item: 1, amountCents: 1600, settledBy: isSettled ? { attempt: 1, idPagamento: 'P1' } : null }],
    attempts: [{ number: 1, watched: false, positions: [position] }],
    ...more,
  };
  await instance('pay_1', 'payment', state, context);
  for (const { idTransazione } of receipts) {
    await transition(
      'pay_1',
      'position.reported',
      { idPagamento: 'P1', esito: 'paid', receipt: { idTransazione } },
      state,
    );
  }
}

async function instance(id: string, machine: string, state: string, context: object): Promise<void> {
  const [top = '', sub] = state.split('.');
  const snapshot = { value: sub === undefined ? top : { [top]: sub }, context };
  await pool.query(
    `insert into engine.instance (id, machine, version, seq, state, snapshot, timers, created_at, updated_at)
     values ($1, $2, 1, 0, $3, $4, '{}', engine.clock(), engine.clock())`,
    [id, machine, state, snapshot],
  );
}

/** The next decision of an instance. */
async function transition(
  id: string,
  type: string,
  payload: object,
  to: string,
  from: string | null = null,
): Promise<void> {
  await pool.query(
    `with next as (update engine.instance set seq = seq + 1 where id = $1 returning seq, state)
     insert into engine.transition (instance_id, seq, event_id, type, payload, source, actor, decision, from_state, to_state, at)
     select $1, seq, $2 || seq, $2, $3, 'api', 'portos', 'applied', case when seq = 1 then $5 else state end, $4, engine.clock()
     from next`,
    [id, type, payload, to, from],
  );
}

const effect = (key: string, more: string) =>
  pool
    .query(
      `insert into engine.effect (instance_id, key, type, class, payload, armed_seq, armed_index, created_at, due_at, wake_at)
     values ('pay_1', $1, 'iris.delete', 'interactive', '{}', 1, length($1), engine.clock(), engine.clock(), engine.clock())`,
      [key],
    )
    .then(() => pool.query(`update engine.effect set ${more} where key = $1`, [key]));

const BROKEN: Readonly<Record<string, () => Promise<unknown>>> = {
  I1: async () => {
    await payment('paid.receipted', [settled]);
    await pool.query(
      `update engine.instance set snapshot = jsonb_set(snapshot, '{context,attempts,0,positions,0,receipts}', '[]')`,
    );
  },
  I1b: () => payment('annulled', [refundDue]),
  I2: () => payment('paid.receipted', [settled, { ...settled, idTransazione: 'T2' }]),
  I3: async () => {
    await instance('practice/A', 'practice', 'settled', { charges: [] });
    for (let count = 0; count < 2; count += 1)
      await transition('practice/A', 'charge.paid', { paymentId: 'pay_1' }, 'settled');
  },
  I4: async () => {
    await payment('annulled', []);
    await pool.query('update engine.instance set seq = 3');
  },
  I5: async () => {
    await payment('annulled', []);
    await transition('pay_1', 'annul.requested', {}, 'rejected');
  },
  I6: async () => {
    await payment('annulled', []);
    await pool.query(`update engine.instance set state = 'rejected'`);
  },
  I7: () => payment('redirected.choosing', []),
  I7b: async () => {
    await payment('annulled', []);
    await pool.query(`update engine.instance set timers = '{"cooldown": 1}'`);
  },
  I8: () => effect('late', `due_at = engine.clock() - interval '1 minute'`),
  I9: async () => {
    for (const key of ['a', 'bb'])
      await effect(key, `lane = 'iris/P1', lease_until = engine.clock() + interval '1 minute'`);
  },
  I10: () =>
    payment('annulled', [], {
      attempts: [{ number: 1, watched: true, positions: [{ idPagamento: 'P1', receipts: [] }] }],
    }),
  I11: async () => {
    await payment('annulled', []);
    await transition('pay_1', 'x', {}, 'annulled', 'paid.receipted');
  },
  I12: () =>
    pool.query(
      `insert into payments.practice (practice_id, practice_type, fingerprint, return_url) values ('A', 'istanza', 'f', 'u')`,
    ),
  I13: () => effect('orphan', 'tries = 0'),
  I14: () => payment('paid.receipted', [{ ...settled, amountCents: 1500 }]),
  I15: async () => {
    await payment('initialized.opening', []);
    await pool.query(`update engine.instance set updated_at = engine.clock() - interval '3 hours'`);
  },
  I15b: async () => {
    await payment('paid.receipted', [settled]);
    await instance('practice/A', 'practice', 'collecting.active', { charges: [{ paymentId: 'pay_1' }] });
  },
  I16: () => payment('annulled', [], { note: 'RSSMRA80A01H501U' }),
  I17: async () => {
    await pool.query(
      `insert into payments.webhook (webhook_id, url, event_types) values ('whk_1', 'https://a.test', '{}')`,
    );
    await pool.query(`insert into payments.delivery_lane values ('whk_1', 'pay_1', 1, engine.clock(), engine.clock())`);
  },
};

describe('an invariant', () => {
  it('is shown a database that breaks it, each of them', async () => {
    expect((await readInvariants()).map(({ id }) => id)).toEqual(Object.keys(BROKEN));
  });

  it('is not broken by an empty database', async () => {
    expect(await brokenInvariants(pool, true)).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('%s finds what breaks it', async (id, breakIt) => {
    await breakIt();
    const broken = await brokenInvariants(pool, true);
    expect(broken.map((found) => found.id)).toContain(id);
  });
});

describe('the audit', () => {
  const said: string[] = [];
  const before = process.env['DATABASE_URL'];
  beforeEach(() => {
    process.env['DATABASE_URL'] = database.url;
    for (const stream of ['log', 'error'] as const) {
      jest.spyOn(console, stream).mockImplementation((line: string) => void said.push(line));
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
    said.length = 0;
    if (before === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = before;
  });

  it('says of each invariant that it holds, and ends well', async () => {
    expect(await audit()).toBe(0);
    expect(said).toContain('I11   holds: nothing leaves paid');
    expect(said.at(-1)).toMatch(/^All \d+ invariants hold\.$/);
  });

  it('names what is broken, with the rows that break it', async () => {
    await payment('annulled', [refundDue]);
    expect(await audit()).toBe(1);
    expect(said.join('\n')).toMatch(
      /I1b is broken, 1 row: .*\n {3}\{"id":"pay_1","id_pagamento":"P1","disposition":"refundDue"\}/,
    );
  });

  it('without a database says what to set', async () => {
    process.env['DATABASE_URL'] = '';
    process.env['PORTOS_DATA_DIR'] = 'no-such-folder';
    expect(await audit()).toBe(2);
    expect(said.join()).toContain('DATABASE_URL must be set');
    delete process.env['PORTOS_DATA_DIR'];
  });
});
