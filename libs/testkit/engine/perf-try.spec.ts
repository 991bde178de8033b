import { it } from '@jest/globals';
import { Pool } from 'pg';
import { Intake, createStore, engineMigrations, migrate } from '#libs/engine';
import { parcelRegistry, CarrierWorld, arrive } from './exemplar.js';
import { randomUUID } from 'node:crypto';
it('measures', async () => {
  const admin = new Pool({ connectionString: 'postgres://postgres@127.0.0.1:54391/postgres' });
  const db = 'perf_' + process.pid; await admin.query(`create database ${db}`);
  const url = `postgres://postgres@127.0.0.1:54391/${db}`;
  await migrate(url, engineMigrations);
  for (const pipeline of [false, true]) {
  const pool = new Pool({ connectionString: url, max: 8, pipeline });
  const store = createStore(pool);
  const intake = new Intake({ store, registry: parcelRegistry(new CarrierWorld()) });
  for (const inFlight of [1, 64, 64, 256]) {
    const total = inFlight === 1 ? 800 : 12000;
    let n = 0; const lat: number[] = [];
    const wal0 = (await pool.query(`select pg_current_wal_lsn() as l`)).rows[0].l;
    const c0 = intake.commits; const cpu0 = process.cpuUsage();
    const t0 = performance.now();
    await Promise.all(Array.from({ length: inFlight }, async () => {
      while (n < total) {
        const id = 'parcel-' + randomUUID();
        for (const event of [{ type: 'parcel.ordered' }, { type: 'parcel.noted' }, { type: 'parcel.shipped' }, { type: 'parcel.returned' }]) {
          const t = performance.now();
          n++; await intake.submit({ arrivals: [arrive(id, event.type, event)] });
          lat.push(performance.now() - t);
        }
      }
    }));
    const ms = performance.now() - t0; const cpu = process.cpuUsage(cpu0);
    const wal = (await pool.query(`select pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 as d`, [wal0])).rows[0].d;
    lat.sort((a, b) => a - b);
    console.log(JSON.stringify({ pipeline, inFlight, unitsPerS: Math.round(n / ms * 1000), commits: intake.commits - c0, perBatch: +(n / (intake.commits - c0)).toFixed(1), p50: +lat[lat.length >> 1]!.toFixed(2), p99: +lat[Math.floor(lat.length * .99)]!.toFixed(2), nodeCpuMsPerUnit: +((cpu.user + cpu.system) / 1000 / n).toFixed(3), walKbPerUnit: +(wal / 1024 / n).toFixed(2) }));
  }
  await intake.drain(); await pool.end();
  }
  await admin.query(`drop database ${db} with (force)`); await admin.end();
}, 120000);
