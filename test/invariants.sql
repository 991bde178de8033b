-- What must be true of the database at every moment, as questions: each is answered by the rows that break it, so no
-- row is the good answer. `npm run audit` asks them of a live system, the tests after every crash and fault.
--
-- Each begins with its number and its claim. "(at rest)" holds only once nothing is under way any more.

-- I1: each payment that IRIS reported is written down exactly once
with reported as (
  select distinct t.instance_id, t.payload ->> 'idPagamento' as id_pagamento,
         t.payload #>> '{receipt,idTransazione}' as id_transazione
  from engine.transition t
  where t.type = 'position.reported' and t.payload ->> 'esito' = 'paid'
    and t.payload #>> '{receipt,idTransazione}' is not null
    -- an ignored report too: it may say nothing new, but must not say what is nowhere written down
    and exists (
      select from engine.instance i
      where i.id = t.instance_id and jsonb_path_exists(
        i.snapshot, '$.context.attempts[*].positions[*] ? (@.idPagamento == $id)',
        jsonb_build_object('id', t.payload -> 'idPagamento'))
    )
), written as (
  select i.id as instance_id, position ->> 'idPagamento' as id_pagamento, receipt ->> 'idTransazione' as id_transazione
  from engine.instance i,
       jsonb_path_query(i.snapshot, '$.context.attempts[*].positions[*]') as position,
       jsonb_array_elements(position -> 'receipts') as receipt
  where i.machine = 'payment' and receipt ->> 'idTransazione' is not null
)
select coalesce(r.instance_id, w.instance_id) as instance_id, id_pagamento, id_transazione,
       count(distinct r.instance_id) as reported, count(w.instance_id) as written
from reported r full join written w using (id_pagamento, id_transazione)
group by 1, 2, 3
having count(distinct r.instance_id) <> 1 or count(w.instance_id) <> 1;

-- I1b: of money that is to go back, or waits for a decision, a person is told, or is about to be
select i.id, position ->> 'idPagamento' as id_pagamento, receipt ->> 'disposition' as disposition
from engine.instance i,
     jsonb_path_query(i.snapshot, '$.context.attempts[*].positions[*]') as position,
     jsonb_array_elements(position -> 'receipts') as receipt
where i.machine = 'payment' and receipt ->> 'disposition' in ('refundDue', 'quarantined')
  and not exists (
    select from payments.incident told
    where told.instance_id = i.id and told.id_pagamento = position ->> 'idPagamento')
  and not exists (
    select from engine.effect asked where asked.instance_id = i.id and asked.type = 'incident.open');

-- I2: an item is settled by one receipt at most, of the position it names
with settling as (
  select i.id, position ->> 'item' as number, position ->> 'idPagamento' as id_pagamento
  from engine.instance i,
       jsonb_path_query(i.snapshot, '$.context.attempts[*].positions[*]') as position,
       jsonb_array_elements(position -> 'receipts') as receipt
  where i.machine = 'payment' and receipt ->> 'disposition' = 'settled'
)
select i.id, item ->> 'item' as number, item #>> '{settledBy,idPagamento}' as named,
       array_agg(s.id_pagamento) as settling
from engine.instance i
cross join jsonb_path_query(i.snapshot, '$.context.items[*]') as item
left join settling s on s.id = i.id and s.number = item ->> 'item'
where i.machine = 'payment'
group by 1, 2, 3
having count(s.id) > 1 or max(s.id_pagamento) is distinct from item #>> '{settledBy,idPagamento}';

-- I3: no event counts twice, and a practice hears once of each payment
select instance_id, event_id as twice, count(*) from engine.transition group by 1, 2 having count(*) > 1
union all
select instance_id, payload ->> 'paymentId', count(*) from engine.transition
where type = 'charge.paid' group by 1, 2 having count(*) > 1;

-- I4: the decisions of an instance are numbered 1 to n without a gap, and it knows n
select i.id, i.seq, count(t.seq), min(t.seq), max(t.seq)
from engine.instance i left join engine.transition t on t.instance_id = i.id
group by i.id
having count(t.seq) <> i.seq or min(t.seq) is distinct from 1 or max(t.seq) is distinct from i.seq;

-- I5: each decision begins where the one before it ended, and the instance stands where the last one ended
select instance_id, seq, from_state, before, to_state, state
from (
  select t.*, i.state, i.seq as last_seq, lag(t.to_state) over (partition by t.instance_id order by t.seq) as before
  from engine.transition t join engine.instance i on i.id = t.instance_id) as chained
where from_state is distinct from before or (seq = last_seq and to_state <> state);

-- I6: the state that is searched for is the state of the snapshot
select id, state, snapshot -> 'value' as value
from engine.instance
where state <> case jsonb_typeof(snapshot -> 'value')
  when 'string' then snapshot ->> 'value'
  else (select key || '.' || value from jsonb_each_text(snapshot -> 'value')) end;

-- I7: whoever waits has something that will end the wait, or a person was told that it was given up
select i.id, i.state
from engine.instance i
where i.machine = 'payment'
  and (i.state like 'redirected%' or i.state like 'regenerated%' or i.state in ('initialized.opening', 'paid.awaitingReceipt'))
  and not exists (select from engine.effect e where e.instance_id = i.id);

-- I7b: a timer that was armed and not cancelled is there, and is that very arming
select i.id, armed.key as timer, armed.value::int as armed_seq
from engine.instance i, jsonb_each_text(i.timers) as armed
where not exists (
  select from engine.effect e
  where e.instance_id = i.id and e.key = 'timer/' || armed.key and e.armed_seq = armed.value::int
);

-- I8: nothing that is due lies still (at rest)
select instance_id, key, due_at, wake_at, wakes, lease_until, tries, last_error
from engine.effect
where status = 'pending' and due_at < engine.clock() - interval '5 seconds';

-- I9: of the effects of one lane none is begun before the older ones have ended
select e.instance_id, e.key, older.key as older
from engine.effect e
join engine.effect older on older.instance_id = e.instance_id and older.lane = e.lane and older.status = 'pending'
  and (older.armed_seq, older.armed_index) < (e.armed_seq, e.armed_index)
where e.status = 'pending' and e.lease_until > engine.clock() and older.lease_until > engine.clock();

-- I10: a position whose money is not known is asked about until its watch ends
select i.id, attempt ->> 'number' as attempt, position ->> 'idPagamento' as id_pagamento
from engine.instance i,
     jsonb_path_query(i.snapshot, '$.context.attempts[*]') as attempt,
     jsonb_array_elements(attempt -> 'positions') as position
where i.machine = 'payment' and (attempt ->> 'watched')::boolean
  and not exists (
    select from jsonb_array_elements(position -> 'receipts') as receipt where receipt ->> 'disposition' = 'settled')
  and not exists (
    select from engine.effect e
    where e.instance_id = i.id and e.type in ('iris.poll', 'iris.watch')
      and e.payload ->> 'idPagamento' = position ->> 'idPagamento');

-- I11: nothing leaves paid
select instance_id, seq, type, from_state, to_state from engine.transition
where from_state like 'paid%' and to_state not like 'paid%';

-- I12: a practice holds what PORTOS sent: the content it was opened with, or the last one that replaced it
select p.practice_id
from payments.practice p
where not exists (
  select from engine.transition t
  where t.instance_id = 'practice/' || p.practice_id and t.decision = 'applied'
    and (t.type = 'charges.replaced' or (t.type = 'practice.opened' and t.event_id = 'opened/' || p.fingerprint)));

-- I13: no effect and no decision is without its instance, and no command without who gave it
select e.instance_id, e.key from engine.effect e
where not exists (select from engine.instance i where i.id = e.instance_id)
union all
select t.instance_id, t.seq::text from engine.transition t
where not exists (select from engine.instance i where i.id = t.instance_id)
union all
select t.instance_id, t.seq::text from engine.transition t
where t.source in ('api', 'queue', 'operator') and t.actor is null;

-- I14: what settles an item is its amount, unless an operator accepted another; the items are the charge
select i.id, position ->> 'idPagamento' as about, receipt ->> 'amountCents' as found, position ->> 'amountCents' as due
from engine.instance i,
     jsonb_path_query(i.snapshot, '$.context.attempts[*].positions[*]') as position,
     jsonb_array_elements(position -> 'receipts') as receipt
where i.machine = 'payment' and receipt ->> 'disposition' = 'settled'
  and receipt ->> 'amountCents' <> position ->> 'amountCents' and receipt ->> 'quarantine' is null
union all
select c.payment_id, 'the charge', sum((item ->> 'amountCents')::bigint)::text, c.amount_cents::text
from payments.charge c
join engine.instance i on i.id = c.payment_id
cross join jsonb_path_query(i.snapshot, '$.context.items[*]') as item
group by c.payment_id, c.amount_cents
having sum((item ->> 'amountCents')::bigint) <> c.amount_cents;

-- I15: nothing that should take moments takes hours
select id, state, updated_at from engine.instance
where machine = 'payment' and state in ('initialized.opening', 'regenerated.checking')
  and updated_at < engine.clock() - interval '2 hours';

-- I15b: a practice whose charges are all paid is settled (at rest)
select p.id, p.state
from engine.instance p
where p.machine = 'practice' and p.state = 'collecting.active'
  and not exists (
    select from jsonb_path_query(p.snapshot, '$.context.charges[*]') as charge
    left join engine.instance i on i.id = charge ->> 'paymentId'
    where i.state is null or i.state not like 'paid%');

-- I16: no tax code and no e-mail address stands where only identifiers may
with texts as (
  select 'instance' as place, id as name, snapshot::text as content from engine.instance
  union all select 'transition', instance_id || ' ' || seq, payload::text || coalesce(reason, '') from engine.transition
  union all select 'effect', instance_id || ' ' || key, payload::text || coalesce(last_error, '') from engine.effect
  union all select 'incident', incident_id, facts from payments.incident
  union all select 'event', event_id, data::text from payments.event
  union all select 'actor', instance_id || ' ' || seq, actor from engine.transition
  union all select 'resolution', incident_id, reason || ' ' || resolved_by from payments.incident_resolution
  union all select 'api key', key_id, name from payments.api_key
  union all select 'erasure', practice_id, erased_by from payments.erasure
)
select place, name from texts
where content ~ '\m[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\M'
   or content ~* '\m[a-z0-9._%+-]+@[a-z0-9-]+\.[a-z]{2,}\M';

-- I17: a lane counts the deliveries that wait in it
with waiting as (
  select webhook_id, subject, count(*) as waiting from payments.delivery where status = 'pending' group by 1, 2
)
select webhook_id, subject, pending, waiting
from payments.delivery_lane lane full join waiting using (webhook_id, subject)
where coalesce(pending, 0) <> coalesce(waiting, 0);
