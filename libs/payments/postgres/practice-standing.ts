import type { PoolClient } from 'pg';

/** How one instance of a practice stands: the practice itself, or the payment of one of its charges, former ones too. */
export interface InstanceStanding {
  readonly practiceId: string;
  readonly instanceId: string;
  /** State path. */
  readonly state: string;
  /** Since its last decision. */
  readonly quietMs: number;
  /** Effects that are still to be carried out: a question to IRIS, a timer, an attestation to fetch. */
  readonly pendingEffects: number;
  readonly openIncidents: number;
}

const STANDINGS = `
  with part as (
    select practice_id, 'practice/' || practice_id as instance_id from unnest($1::text[]) as asked(practice_id)
    union all
    select practice_id, payment_id from payments.charge where practice_id = any($1::text[])
  )
  select part.practice_id as "practiceId", part.instance_id as "instanceId", instance.state,
         (extract(epoch from engine.clock() - instance.updated_at) * 1000)::float8 as "quietMs",
         (select count(*)::int from engine.effect
          where effect.instance_id = part.instance_id and effect.status = 'pending') as "pendingEffects",
         (select count(*)::int from payments.incident left join payments.incident_resolution closed using (incident_id)
          where incident.instance_id = part.instance_id and closed.incident_id is null) as "openIncidents"
  from part join engine.instance on instance.id = part.instance_id
  order by part.practice_id, part.instance_id`;

/** By practice; one that is not known is absent. */
export async function readStandings(
  client: PoolClient,
  practiceIds: readonly string[],
): Promise<Map<string, InstanceStanding[]>> {
  const { rows } = await client.query<InstanceStanding>(STANDINGS, [practiceIds]);
  const byPractice = new Map<string, InstanceStanding[]>();
  for (const row of rows) byPractice.set(row.practiceId, [...(byPractice.get(row.practiceId) ?? []), row]);
  return byPractice;
}

/** Money may still come, or go, for a payment in one of these. */
const ALIVE = /^(initialized|redirected|regenerated)\b/;
const OVER = /^(settled|collecting\.withdrawn)$/;
const isPractice = ({ instanceId }: InstanceStanding): boolean => instanceId.startsWith('practice/');

/**
 * Why the personal data of a practice is still needed, in words; empty when it is not. Whatever the practice waits for, its
 * payer may be needed until nothing of it moves any more.
 */
export function obstaclesOf(standings: readonly InstanceStanding[]): string[] {
  return standings.flatMap((standing) => {
    const { instanceId, state, pendingEffects, openIncidents } = standing;
    const name = isPractice(standing) ? 'the practice' : instanceId;
    return [
      ...(!isPractice(standing) && ALIVE.test(state) ? [`${name} is ${state}: it may still be paid`] : []),
      ...(pendingEffects > 0 ? [`${name} (${state}) is still worked on: ${pendingEffects} effects are pending`] : []),
      ...(openIncidents > 0 ? [`${name} has ${openIncidents} open incidents: decide about them first`] : []),
    ];
  });
}

/** As `obstaclesOf`; and the practice must have come to its end, for otherwise its payer may come back. */
export function obstaclesToErasure(standings: readonly InstanceStanding[]): string[] {
  const own = standings.find(isPractice);
  const isOver = own !== undefined && OVER.test(own.state);
  return [
    ...(isOver ? [] : ['the practice is neither settled nor withdrawn: withdraw it first']),
    ...obstaclesOf(standings),
  ];
}

/** Since anything was last decided about the practice or a payment of it. */
export const quietMsOf = (standings: readonly InstanceStanding[]): number =>
  Math.min(...standings.map(({ quietMs }) => quietMs));
