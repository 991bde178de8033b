import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The engine's tables. Each key begins with the instance id, and there are no foreign keys between them: every row is
 * written by a transaction that holds its instance's row, and without them the tables can be hash partitioned.
 */
export class EngineSchema1763900000001 implements MigrationInterface {
  readonly name = 'EngineSchema1763900000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [SCHEMA_AND_CLOCK, INSTANCE, TRANSITION, APPEND_ONLY, EFFECT, EFFECT_LOG, MACHINE]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema engine cascade');
  }
}

/** Every date in every statement comes from `engine.clock()`, so that a test can move time by replacing it. */
const SCHEMA_AND_CLOCK = `
  create schema if not exists engine;
  create function engine.clock() returns timestamptz language sql volatile parallel safe
    as 'select clock_timestamp()'`;

/** `state` collates by bytes, so that a state path and its sub-states are one range of the index. */
const INSTANCE = `
  create table engine.instance (
    id text primary key,
    machine text not null,
    version int not null,
    seq int not null,
    state text collate "C" not null,
    snapshot jsonb not null,
    timers jsonb not null,
    duplicates int not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null
  ) with (fillfactor = 80);
  create index instance_newest on engine.instance (machine, created_at desc, id desc);
  create index instance_state on engine.instance (machine, state)`;

const TRANSITION = `
  create table engine.transition (
    instance_id text not null,
    seq int not null,
    event_id text not null,
    type text not null,
    payload jsonb not null,
    source text not null,
    actor text,
    decision text not null check (decision in ('applied', 'ignored')),
    reason text,
    from_state text,
    to_state text not null,
    at timestamptz not null,
    primary key (instance_id, seq),
    unique (instance_id, event_id)
  )`;

/** What was decided stays decided. Only a legal duty to erase lifts the guard, by name and in its own transaction. */
const APPEND_ONLY = `
  create function engine.refuse_change() returns trigger language plpgsql as $$
  begin
    if current_setting('engine.allow_erasure', true) = 'on' then
      return case tg_op when 'DELETE' then old else new end;
    end if;
    raise exception 'engine.transition is append only (% refused; set engine.allow_erasure to erase)', tg_op;
  end $$;
  create trigger append_only before update or delete on engine.transition
    for each row execute function engine.refuse_change()`;

/**
 * `due_at` is when the effect is to run, `wake_at` when a worker is next woken for it. A leased effect is rung
 * again when its lease ends, so one index serves outbox, retries, polls, timeouts and crashed workers.
 */
const EFFECT = `
  create table engine.effect (
    instance_id text not null,
    key text not null,
    type text not null,
    class text not null,
    payload jsonb not null,
    lane text,
    armed_seq int not null,
    armed_index int not null,
    due_at timestamptz not null,
    wake_at timestamptz not null,
    woken_at timestamptz,
    wakes int not null default 0,
    tries int not null default 0,
    lease_token uuid,
    lease_until timestamptz,
    status text not null default 'pending' check (status in ('pending', 'parked')),
    last_error text,
    created_at timestamptz not null,
    primary key (instance_id, key)
  ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
  create index effect_due on engine.effect (class, wake_at) where status = 'pending';
  create index effect_lane on engine.effect (instance_id, lane, armed_seq, armed_index)
    where status = 'pending' and lane is not null;
  create index effect_parked on engine.effect (created_at) where status = 'parked'`;

const EFFECT_LOG = `
  create table engine.effect_log (
    instance_id text not null,
    key text not null,
    type text not null,
    status text not null check (status in ('done', 'cancelled', 'superseded')),
    tries int not null,
    last_error text,
    finished_at timestamptz not null
  );
  create index effect_log_instance on engine.effect_log (instance_id);
  create index effect_log_age on engine.effect_log using brin (finished_at)`;

const MACHINE = `
  create table engine.machine (
    name text not null,
    version int not null,
    fingerprint text not null,
    first_seen_at timestamptz not null,
    primary key (name, version)
  )`;
