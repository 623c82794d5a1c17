-- Tables and functions of job-queue, version 1. Never edited after a release: changes come as new scripts.
--
-- Names are not qualified: run the script with the search_path set to the schema that it is meant for (job-queue does so
-- when it applies the script itself; Flyway and Liquibase do so with their default schema). The functions remember it.
-- docs/storage-postgres.md explains tables, indexes and statements.

-- Which version of these scripts is in place.
create table job_schema (
	version int primary key,
	oldest_client int not null, -- the oldest version of the library that still works with it
	applied_at timestamptz not null default now()
);

-- Running application instances that work jobs.
create table job_node (
	id bigint generated always as identity primary key,
	name text not null,
	queues text[] not null,
	handlers text[], -- null if it did not tell
	epoch int not null default 0, -- claims of earlier epochs come too late: the node has given them up
	started_at timestamptz not null default now(),
	seen_at timestamptz not null default now()
) with (fillfactor = 50);

-- Live jobs only. A claim never writes here; finishing deletes the row.
create table job (
	id bigint generated always as identity primary key,
	created_at timestamptz not null,
	run_at timestamptz not null,
	deadline timestamptz, -- who starts it later must not run it
	timeout_millis bigint,
	rank smallint not null, -- minus the priority: the lower, the sooner
	attempt smallint not null default 0, -- counted attempts so far
	max_attempts smallint not null,
	abandoned smallint not null default 0, -- nodes that died in a row while they held the job
	state text not null,
	queue text not null,
	handler text not null,
	arguments text not null,
	headers text,
	backoff text,
	failures jsonb,
	progress_percent smallint,
	progress_message text,
	limits text, -- what it has to wait for besides its queue, see job_gate; null for most
	task text -- which task of which workflow it is, as workflow:number; null for most
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.5,
	autovacuum_analyze_scale_factor = 0.2);

create index job_ready on job (queue, rank, id) where state = 'available' and abandoned = 0;
create index job_suspect on job (queue, rank, id) where state = 'available' and abandoned > 0;
create index job_due on job (queue, run_at) where state = 'scheduled';
create index job_deadline on job (deadline) where deadline is not null and state <> 'running';

-- Live jobs with limits: they pass the gate of their key, then that of their handler, and are in state parked until then. Those
-- beyond a gate that have not ended hold it, so there are no slots that could leak. Written by triggers of job, and by
-- job_admit_v1, which alone lets jobs through, under the lock of their queue.
create table job_gate (
	job_id bigint primary key,
	rank smallint not null,
	stage smallint not null, -- -1 has just arrived, 0 waits for its key, 1 waits for its handler, 2 may run
	parked boolean not null, -- whether it is due; the others wait for their time, or may run
	queue text not null,
	key text,
	handler text -- if its handler has a limit
) with (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);

create index job_gate_parked on job_gate (queue, job_id) where parked;
create index job_gate_arrived on job_gate (queue, job_id) where stage = -1 and parked;
create index job_gate_key_parked on job_gate (queue, key, rank, job_id) where stage = 0 and parked;
create index job_gate_handler_parked on job_gate (queue, handler, rank, job_id) where stage = 1 and parked;
create index job_gate_key_held on job_gate (queue, key) where stage > 0;
create index job_gate_handler_held on job_gate (queue, handler) where stage = 2;

-- Gates through which others may go, from a time on: somebody who held them has ended, or tokens have come back.
create table job_gate_signal (
	id bigint generated always as identity primary key,
	due_at timestamptz not null default now(),
	queue text not null,
	key text,
	handler text
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create index job_gate_signal_due on job_gate_signal (queue, due_at);

-- What is left of the rates of queues (gate ''), keys (gate 'key ...') and handlers (gate 'handler ...').
create table job_bucket (
	queue text not null,
	gate text not null,
	tokens double precision not null,
	filled_at timestamptz not null,
	full_at timestamptz not null, -- from then on, the row says nothing
	primary key (queue, gate)
) with (fillfactor = 50);

-- Limits that were set for all nodes. For keys and handlers they go before what the jobs say.
create table job_limit (
	queue text not null,
	scope text not null, -- queue, handler, or key for each key of a handler
	handler text not null, -- '' for the queue
	by_hand boolean not null, -- not changed by the configuration of a node that starts
	max_concurrent int,
	permits bigint,
	period_millis bigint,
	burst int,
	primary key (queue, scope, handler)
);

-- A claim: one row for the whole batch. Its jobs are those of job_ids that still exist.
create table job_lease (
	id bigint generated always as identity primary key,
	node bigint not null,
	claimed_at timestamptz not null default now(),
	marked boolean not null default false, -- its jobs are in state running, so claims need not look at it
	queue text not null,
	job_ids bigint[] not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- A list of some hundred ids is out of line anyway; compressing it first would cost more than writing it.
alter table job_lease alter column job_ids set storage external;

create index job_lease_held on job_lease (queue, id) where not marked;

-- Queues about which something is known that no job says.
create table job_queue (
	name text primary key,
	paused_at timestamptz
);

-- Requests to cancel jobs. A waiting one is cancelled by whoever holds the lock of its queue next, so that it cannot be
-- claimed at the same time; a leased one by its node.
create table job_cancel (
	job_id bigint primary key,
	queue text not null,
	requested_at timestamptz not null default now()
);

-- Unique keys, each with the job that got it last. Whether that one still holds the key is seen from where it is, so nothing
-- has to be done when it leaves, and jobs without a key have no part in this. What is over is removed by the housekeeping.
create table job_unique (
	queue text not null,
	handler text not null,
	key text not null,
	scope text not null,
	until timestamptz, -- the end of the scope FOR_DURATION
	job_id bigint not null,
	primary key (queue, handler, key)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

create index job_unique_job on job_unique (job_id);

-- Definitions of recurring jobs. The content is that of the client, as the text of a JSON object.
create table job_recurring (
	name text primary key,
	queue text not null,
	version bigint not null, -- another one after each change: whoever has read it before comes too late
	due_at timestamptz, -- when to look at it, null for never
	next_at timestamptz, -- the next firing time
	last_at timestamptz, -- the last firing time that got a job
	last_job bigint,
	content text not null
) with (fillfactor = 70);

create index job_recurring_due on job_recurring (due_at, name) where due_at is not null;

-- When a running node last declared a recurring job in its code.
create table job_recurring_declared (
	name text primary key,
	declared_at timestamptz not null
) with (fillfactor = 50);

-- Workflows and batches. Content and status are those of the client, as the texts of JSON objects.
create sequence job_workflow_id;

create table job_workflow (
	id bigint primary key,
	name text not null,
	state text not null,
	finished boolean not null,
	version bigint not null default 0, -- another one after each change: whoever has read it before comes too late
	created_at timestamptz not null,
	timeout_millis bigint,
	ends_at timestamptz, -- when its time is over
	finished_at timestamptz,
	content text not null,
	status text not null
) with (fillfactor = 70);

create index job_workflow_ends on job_workflow (ends_at) where ends_at is not null and not finished;
create index job_workflow_state on job_workflow (state, id);
create index job_workflow_finished on job_workflow (finished_at) where finished_at is not null;

-- Tasks of workflows. A task that waits for others has no job yet.
create table job_task (
	workflow_id bigint not null,
	number int not null,
	name text not null,
	phase text not null,
	job_id bigint,
	content text not null,
	status text not null,
	primary key (workflow_id, number)
) with (fillfactor = 50);

create unique index job_task_name on job_task (workflow_id, name);

-- What has happened to workflows and was not dealt with: jobs of tasks that have ended, and texts.
create table job_workflow_signal (
	id bigint generated always as identity primary key,
	workflow_id bigint not null,
	number int,
	job_id bigint,
	ended_at timestamptz,
	posted text
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Jobs that somebody waits for the end of. Nothing is lost with it but the news, so it is not logged.
create unlogged table job_await (
	job_id bigint primary key,
	expires_at timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Finished jobs, by state and day, so that their retention ends by dropping a partition.
create table job_history (
	id bigint not null,
	created_at timestamptz not null,
	run_at timestamptz not null,
	started_at timestamptz not null,
	finished_at timestamptz not null,
	timeout_millis bigint,
	node bigint,
	rank smallint not null,
	attempt smallint not null,
	max_attempts smallint not null,
	abandoned smallint not null,
	state text not null,
	queue text not null,
	handler text not null,
	arguments text not null,
	headers text,
	backoff text,
	failures jsonb,
	result text,
	limits text
) partition by list (state);

create index job_history_id on job_history (id);

create table job_history_succeeded partition of job_history for values in ('succeeded') partition by range (finished_at);
create table job_history_failed partition of job_history for values in ('failed') partition by range (finished_at);
create table job_history_cancelled partition of job_history for values in ('cancelled') partition by range (finished_at);

-- Safety nets, empty as long as any node prepares the days ahead.
create table job_history_succeeded_default partition of job_history_succeeded default;
create table job_history_failed_default partition of job_history_failed default;
create table job_history_cancelled_default partition of job_history_cancelled default;

-- Append a failure, keeping the last 10.
create function job_append_failure_v1(p_failures jsonb, p_attempt int, p_type text, p_message text, p_stack text)
returns jsonb language sql stable
as $$
	select case
		when p_type is null then p_failures
		else case when jsonb_array_length(coalesce(p_failures, '[]')) >= 10 then p_failures - 0 else coalesce(p_failures, '[]') end
			|| jsonb_build_object('attempt', p_attempt, 'at', now(), 'type', p_type, 'message', p_message, 'stackTrace', p_stack)
	end
$$;

-- Finish jobs with success: delete the live rows and, where p_keep, append history, at once to the table of its state, which
-- saves a step for each row. The caller holds their leases. Returns how many existed.
create function job_finish_v1(p_node bigint, p_keep boolean, p_ids bigint[], p_millis int[], p_results text[])
returns int language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_nestloop = off set enable_mergejoin = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
	v_count int;
begin
	if p_keep then
		-- The signals of tasks are written here, all together: that takes a third of the time of the trigger.
		perform set_config('job_queue.signals', 'written', true);
		-- Jobs are found by their ids, and what is known of them is joined afterwards: a plan that was made while the table was
		-- empty would join by walking over all rows that are dead since.
		with finished as (
			delete from job j where j.id = any (p_ids) returning j.*
		), signalled as (
			insert into job_workflow_signal (workflow_id, number, job_id, ended_at)
			select split_part(f.task, ':', 1)::bigint, split_part(f.task, ':', 2)::int, f.id, now()
			from finished f where f.task is not null
		)
		insert into job_history_succeeded (id, created_at, run_at, started_at, finished_at, timeout_millis, node, rank, attempt,
			max_attempts, abandoned, state, queue, handler, arguments, headers, backoff, failures, result, limits)
		select f.id, f.created_at, f.run_at, now() - d.millis * interval '1 millisecond', now(), f.timeout_millis, p_node,
			f.rank, f.attempt + 1, f.max_attempts, f.abandoned, 'succeeded', f.queue, f.handler, f.arguments, f.headers,
			f.backoff, f.failures, d.result, f.limits
		from finished f join unnest(p_ids, p_millis, p_results) as d(id, millis, result) on d.id = f.id;
		get diagnostics v_count = row_count;
		perform set_config('job_queue.signals', '', true);
	else
		delete from job j where j.id = any (p_ids);
		get diagnostics v_count = row_count;
	end if;
	return v_count;
end
$$;

-- The same where nothing is to be kept but of those that somebody waits for, which are p_awaited.
create function job_finish_awaited_v1(p_node bigint, p_ids bigint[], p_millis int[], p_results text[], p_awaited bigint[])
returns int language plpgsql
set search_path from current
as $$
declare
	v_count int := 0;
	v_keep boolean;
begin
	foreach v_keep in array array[true, false] loop
		v_count := v_count + (
			select job_finish_v1(p_node, v_keep, coalesce(array_agg(u.id), '{}'), array_agg(u.millis), array_agg(u.result))
			from unnest(p_ids, p_millis, p_results) as u(id, millis, result) where (u.id = any (p_awaited)) = v_keep);
	end loop;
	return v_count;
end
$$;

-- Settle the outcomes that are no plain success. p_outcomes is an array of objects with id, lease, kind, millis, delay,
-- type, message, stack. The caller holds the leases. Returns the ids that existed.
create function job_settle_others_v1(p_node bigint, p_keep_cancelled boolean, p_outcomes jsonb)
returns bigint[] language plpgsql
set search_path from current
set jit = off
as $$
declare
	v_back bigint[];
	v_ended bigint[];
	v_cancelled bigint[] := array(select c.job_id from job_cancel c);
begin
	-- Back into the queue: retries, snoozes, releases. Whoever asked for a cancellation meanwhile gets it below.
	with o as materialized (
		select * from jsonb_to_recordset(p_outcomes) as o(id bigint, kind text, delay bigint, type text, message text, stack text)
		where o.kind in ('RETRY', 'SNOOZED', 'RELEASED') and not o.id = any (v_cancelled)
	), back as (
		update job j set
			state = case when o.delay > 0 then 'scheduled' else 'available' end,
			run_at = case when o.kind = 'RELEASED' then j.run_at else now() + o.delay * interval '1 millisecond' end,
			attempt = j.attempt + case when o.kind = 'RETRY' then 1 else 0 end,
			abandoned = case when o.kind = 'RELEASED' then j.abandoned else 0 end,
			failures = job_append_failure_v1(j.failures, j.attempt + 1, o.type, o.message, o.stack),
			progress_percent = null, progress_message = null
		from o where j.id = o.id and j.id = any (array(select o.id from o))
		returning j.id
	)
	select coalesce(array_agg(b.id), '{}') into v_back from back b;
	-- The end: failures and cancellations.
	with o as materialized (
		select * from jsonb_to_recordset(p_outcomes)
			as o(id bigint, kind text, millis int, type text, message text, stack text)
		where o.kind in ('FAILED', 'EXPIRED', 'CANCELLED') or o.id = any (v_cancelled)
	), ended as (
		delete from job j using o where j.id = o.id and j.id = any (array(select o.id from o))
		returning j.*, o.kind, o.millis, o.type, o.message, o.stack
	), kept as (
		insert into job_history (id, created_at, run_at, started_at, finished_at, timeout_millis, node, rank, attempt,
			max_attempts, abandoned, state, queue, handler, arguments, headers, backoff, failures, limits)
		select e.id, e.created_at, e.run_at, now() - e.millis * interval '1 millisecond', now(), e.timeout_millis, p_node,
			e.rank, e.attempt + case when e.kind in ('SNOOZED', 'RELEASED', 'EXPIRED') then 0 else 1 end, e.max_attempts,
			e.abandoned, case when e.kind in ('FAILED', 'EXPIRED') then 'failed' else 'cancelled' end, e.queue, e.handler,
			e.arguments, e.headers, e.backoff,
			job_append_failure_v1(e.failures, e.attempt + case when e.kind = 'EXPIRED' then 0 else 1 end, e.type, e.message,
				e.stack), e.limits
		from ended e
		where e.kind in ('FAILED', 'EXPIRED') or p_keep_cancelled or e.task is not null
			or exists (select 1 from job_await a where a.job_id = e.id)
	)
	select coalesce(array_agg(e.id), '{}') into v_ended from ended e;
	perform job_end_durations_v1(v_ended);
	-- With the commit that lets others see them, now or after a retry by hand, they must have left their lease, or no claim
	-- would take them.
	v_back := v_back || v_ended;
	update job_lease l set job_ids = array(select u.id from unnest(l.job_ids) as u(id) where u.id not in (select unnest(v_back)))
	where l.id in (select (o ->> 'lease')::bigint from jsonb_array_elements(p_outcomes) as o) and l.job_ids && v_back;
	return v_back;
end
$$;

-- Pick jobs of one queue in the order of (rank, id), leaving out what unmarked leases hold, and ranks from p_below on. p_ranks
-- and p_marks are the low-water marks: on a rank, everything up to its mark is known to be gone, so the walk along the index skips the dead
-- entries there. p_due are jobs that have just become available and may lie below a mark. The caller holds the queue's lock.
create function job_pick_v1(p_queue text, p_room int, p_floor bigint, p_excluded text[], p_ranks smallint[], p_marks bigint[],
	p_due bigint[], p_below smallint)
returns bigint[] language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set jit = off set plan_cache_mode = force_generic_plan set work_mem = '64MB'
as $$
declare
	v_ids bigint[] := '{}';
	v_from_rank smallint := -32768;
	v_from_id bigint := 0;
	v_to_rank smallint;
	v_room int := p_room;
begin
	for i in 1 .. cardinality(p_ranks) + 1 loop
		v_to_rank := least(p_ranks[i], p_below);
		-- From where the last step ended to the beginning of the next marked rank.
		v_ids := v_ids || array(
			select j.id from job j
			where j.queue = p_queue and j.state = 'available' and j.abandoned = 0
				and (j.rank, j.id) > (v_from_rank, v_from_id) and (j.rank, j.id) < (v_to_rank, 0::bigint)
				and j.id not in (
					select unnest(l.job_ids) from job_lease l where l.queue = p_queue and not l.marked and l.id >= p_floor)
				and j.handler <> all (p_excluded)
			order by j.rank, j.id
			limit v_room);
		v_room := p_room - cardinality(v_ids);
		exit when v_room <= 0 or v_to_rank >= p_below;
		if i <= cardinality(p_ranks) and cardinality(p_due) > 0 then
			v_ids := v_ids || array(
				select j.id from job j
				where j.id = any (p_due) and j.rank = v_to_rank and j.id <= p_marks[i] and j.state = 'available'
					and j.abandoned = 0
					and j.handler <> all (p_excluded)
				order by j.id
				limit v_room);
			v_room := p_room - cardinality(v_ids);
			exit when v_room <= 0;
		end if;
		v_from_rank := v_to_rank;
		v_from_id := p_marks[i];
	end loop;
	return v_ids;
end
$$;

-- Take the turn of a queue, for as long as the transaction lasts: nobody claims from it meanwhile. Returns whether it was
-- free, or waits until it is.
create function job_lock_queue_v1(p_queue text, p_wait boolean) returns boolean language plpgsql
set search_path from current
as $$
declare
	v_key bigint := hashtextextended(current_schema() || '.' || p_queue, 7092501);
begin
	if p_wait then
		perform pg_advisory_xact_lock(v_key);
		return true;
	end if;
	return pg_try_advisory_xact_lock(v_key);
end
$$;

-- Take the turns of the queues of some jobs, in the order of their names.
create function job_lock_queues_v1(p_ids bigint[]) returns void language plpgsql
set search_path from current
as $$
declare
	v_queue text;
begin
	for v_queue in select distinct j.queue from job j where j.id = any (p_ids) order by j.queue loop
		perform job_lock_queue_v1(v_queue, true);
	end loop;
end
$$;

-- End the waiting jobs of a queue for which there is a request to cancel. The caller holds the queue's lock.
create function job_apply_cancels_v1(p_queue text, p_keep boolean) returns void language plpgsql
set search_path from current
set jit = off
as $$
declare
	v_ids bigint[];
begin
	v_ids := array(
		select j.id from job j join job_cancel c on c.job_id = j.id
		where c.queue = p_queue and j.state <> 'running'
			and j.id not in (select unnest(l.job_ids) from job_lease l where l.queue = p_queue)
		order by j.id for update of j skip locked);
	if cardinality(v_ids) > 0 then
		with ended as (
			delete from job j where j.id = any (v_ids) returning j.*
		), kept as (
			insert into job_history (id, created_at, run_at, started_at, finished_at, timeout_millis, rank, attempt, max_attempts,
				abandoned, state, queue, handler, arguments, headers, backoff, failures, limits)
			select e.id, e.created_at, e.run_at, now(), now(), e.timeout_millis, e.rank, e.attempt, e.max_attempts, e.abandoned,
				'cancelled', e.queue, e.handler, e.arguments, e.headers, e.backoff, e.failures, e.limits
			from ended e where p_keep or e.task is not null
			or exists (select 1 from job_await a where a.job_id = e.id)
		)
		delete from job_cancel c using ended e where c.job_id = e.id;
		perform job_end_durations_v1(v_ids);
	end if;
end
$$;

-- Tell that others may go through gates. A null stands for no gate.
create function job_gate_signal_v1(p_queue text, p_key text, p_handler text) returns void language sql
set search_path from current
as $$
	insert into job_gate_signal (queue, key, handler) select p_queue, p_key, p_handler
	where p_key is not null or p_handler is not null
$$;

-- Let the gates follow what becomes of jobs with limits, whoever changes them.
create function job_gate_follow_v1() returns trigger language plpgsql
set search_path from current
as $$
declare
	v_gate job_gate%rowtype;
	v_holds boolean;
begin
	if tg_op = 'INSERT' then
		insert into job_gate (job_id, rank, stage, parked, queue, key, handler)
			select new.id, new.rank, -1, new.state = 'parked', new.queue, l.limits ->> 'key',
				case when l.limits ? 'hmax' or l.limits ? 'hrate' then new.handler end
			from (select new.limits::jsonb as limits) l;
		return null;
	end if;
	select g.* into v_gate from job_gate g where g.job_id = old.id;
	if tg_op = 'DELETE' then
		delete from job_gate g where g.job_id = old.id;
	elsif new.queue <> old.queue then
		update job_gate g set queue = new.queue, stage = -1, parked = new.state = 'parked' where g.job_id = new.id;
	elsif new.state = 'parked' then
		update job_gate g set parked = true where g.job_id = new.id;
		perform job_gate_signal_v1(new.queue, null, case when v_gate.stage = 1 then v_gate.handler end);
		return null;
	else
		v_holds := v_gate.stage > 0 and new.attempt > old.attempt and (new.limits::jsonb ->> 'hold')::boolean;
		update job_gate g set stage = case when not v_holds then -1 when g.handler is null then 2 else 1 end, parked = false
			where g.job_id = new.id;
	end if;
	perform job_gate_signal_v1(old.queue, case when v_gate.stage > 0 and v_holds is not true then v_gate.key end,
		case when v_gate.stage = 2 then v_gate.handler end);
	return null;
end
$$;

create trigger job_gate_added after insert on job
	for each row when (new.limits is not null) execute function job_gate_follow_v1();
create trigger job_gate_changed after update of state, queue on job
	for each row when (new.limits is not null
		and (new.queue <> old.queue or (new.state <> old.state and new.state in ('scheduled', 'parked'))))
	execute function job_gate_follow_v1();
create trigger job_gate_removed after delete on job
	for each row when (old.limits is not null) execute function job_gate_follow_v1();

-- Tell a workflow that the job of a task has ended, whoever has ended it, unless that has been done. How it did is in the
-- history, where the same statement has put it; one that is not there was deleted. Looking for it here would cost more for
-- each job than for many.
create function job_task_ended_v1() returns trigger language plpgsql
set search_path from current
as $$
begin
	insert into job_workflow_signal (workflow_id, number, job_id, ended_at)
	values (split_part(old.task, ':', 1)::bigint, split_part(old.task, ':', 2)::int, old.id, now());
	return null;
end
$$;

-- Change tasks. All of them are there, so each is a conflict: that way they are found by their keys, whatever the planner
-- believes of a table that was empty when it last looked. A loop would do, too, but takes twice as long.
create function job_change_tasks_v1(p_workflows bigint[], p_numbers int[], p_phases text[], p_jobs bigint[], p_statuses text[])
returns void language sql
set search_path from current
as $$
	insert into job_task as t (workflow_id, number, name, phase, job_id, content, status)
	select u.workflow_id, u.number, '', u.phase, u.job_id, '', u.status
		from unnest(p_workflows, p_numbers, p_phases, p_jobs, p_statuses) as u(workflow_id, number, phase, job_id, status)
	on conflict (workflow_id, number) do update
		set phase = excluded.phase, job_id = coalesce(excluded.job_id, t.job_id), status = excluded.status
$$;

-- What is to be done for workflows: the oldest signals with how the jobs have ended that they tell of, the workflows that
-- these are about or that are out of time, and the tasks whose jobs have ended, all as of one moment.
--
-- Rows of the result, by kind: N the time (in time); S a signal; O a workflow that is out of time; W a workflow; T a task.
--
-- Most jobs have succeeded, and a job and its signal end by one transaction, so by one time, which tells the day of the
-- history. Only the others are looked for everywhere, by a query of their own: to begin one that knows all partitions takes
-- longer than most looks.
create function job_workflow_look_v1(p_limit int)
returns table (kind "char", id bigint, workflow_id bigint, number int, job_id bigint, state text, "time" timestamptz,
	name text, content text, status text, posted text, result text, failure_type text, failure_message text,
	finished boolean, version bigint, timeout_millis bigint)
language plpgsql stable
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
	v_late bigint[];
	v_signals bigint[];
	v_workflows bigint[];
	v_numbers int[];
	v_found int;
	v_failure jsonb;
begin
	kind := 'N';
	"time" := now();
	return next;
	if p_limit <= 0 then
		return;
	end if;
	v_late := array(select w.id from job_workflow w where w.ends_at <= now() and not w.finished order by w.ends_at limit p_limit);
	select coalesce(array_agg(s.id order by s.id), '{}'), coalesce(array_agg(s.workflow_id order by s.id), '{}'),
			coalesce(array_agg(s.number order by s.id), '{}')
		into v_signals, v_workflows, v_numbers
		from (select g.id, g.workflow_id, g.number from job_workflow_signal g order by g.id limit p_limit) s;
	if cardinality(v_signals) > 0 then
		return query select 'S'::"char", s.id, s.workflow_id, s.number, s.job_id, h.state, s.ended_at, null, null, null, s.posted,
				h.result, null, null, null::boolean, null::bigint, null::bigint
			from job_workflow_signal s
				left join job_history_succeeded h on h.id = s.job_id and h.finished_at = s.ended_at
			where s.id = any (v_signals) and (h.state is not null or s.posted is not null);
		get diagnostics v_found = row_count;
		if v_found < cardinality(v_signals) then
			kind := 'S';
			for id, workflow_id, number, job_id, "time" in
				select s.id, s.workflow_id, s.number, s.job_id, s.ended_at
				from job_workflow_signal s
				where s.id = any (v_signals) and s.posted is null and not exists (
					select 1 from job_history_succeeded h where h.id = s.job_id and h.finished_at = s.ended_at)
			loop
				select h.state, h.result, case when h.state = 'failed' then h.failures -> -1 end into state, result, v_failure
					from job_history h where h.id = job_workflow_look_v1.job_id and h.finished_at >= job_workflow_look_v1."time" limit 1;
				state := coalesce(state, 'cancelled');
				failure_type := v_failure ->> 'type';
				failure_message := v_failure ->> 'message';
				return next;
			end loop;
		end if;
		return query select 'T'::"char", null::bigint, t.workflow_id, t.number, t.job_id, t.phase, null::timestamptz, t.name,
				t.content, t.status, null, null, null, null, null::boolean, null::bigint, null::bigint
			from unnest(v_workflows, v_numbers) as u(workflow_id, number) cross join lateral (
				select * from job_task t where t.workflow_id = u.workflow_id and t.number = u.number limit 1) t;
	end if;
	if cardinality(v_late) > 0 then
		return query select 'O'::"char", u.id, null::bigint, null::int, null::bigint, null, null::timestamptz, null, null, null,
			null, null, null, null, null::boolean, null::bigint, null::bigint from unnest(v_late) as u(id);
	end if;
	return query select 'W'::"char", w.id, null::bigint, null::int, null::bigint, w.state, w.created_at, w.name,
			w.content, w.status, null, null, null, null, w.finished, w.version, w.timeout_millis
		from job_workflow w where w.id = any (v_workflows || v_late);
end
$$;

-- Begin changes of workflows: take those that still have the version that was read and whose signals are all there, with
-- their signals. Those that somebody else is just changing are left out, instead of waiting. Who holds a workflow is the only
-- one who removes its signals, so after its row is locked they stay as they are.
--
-- What only follows from signals is done again if it gets lost, and nothing that follows from it outlives it. So it need not
-- wait for the disk: the next transaction that does takes it along.
create function job_workflow_take_v1(p_ids bigint[], p_versions bigint[], p_states text[], p_finished boolean[], p_statuses text[],
	p_signals bigint[], p_signal_workflows bigint[])
returns setof bigint language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
	v_mine bigint[];
	is_partial boolean;
begin
	if not exists (select 1 from unnest(p_ids) as u(id) where u.id not in (select unnest(p_signal_workflows))) then
		perform set_config('synchronous_commit', 'off', true);
	end if;
	v_mine := array(
		select w.id from unnest(p_ids, p_versions) as u(id, version) cross join lateral (
			select w.id from job_workflow w where w.id = u.id and w.version = u.version for update skip locked) w);
	if (select count(*) from job_workflow_signal s where s.id = any (p_signals)) < cardinality(p_signals) then
		v_mine := array(select m.id from unnest(v_mine) as m(id) where m.id not in (
			select u.workflow from unnest(p_signals, p_signal_workflows) as u(id, workflow)
			where not exists (select 1 from job_workflow_signal s where s.id = u.id)));
	end if;
	is_partial := cardinality(v_mine) < cardinality(p_ids);
	if is_partial then
		p_signals := array(select u.id from unnest(p_signals, p_signal_workflows) as u(id, workflow) where u.workflow = any (v_mine));
	end if;
	delete from job_workflow_signal s where s.id = any (p_signals);
	-- Each is a conflict, as in job_change_tasks_v1.
	insert into job_workflow as w (id, name, state, finished, created_at, content, status)
	select u.id, '', u.state, u.finished, now(), '', u.status
		from unnest(p_ids, p_states, p_finished, p_statuses) as u(id, state, finished, status)
		where not is_partial or u.id = any (v_mine)
	on conflict (id) do update
		set version = w.version + 1, state = excluded.state, finished = excluded.finished, status = excluded.status,
			finished_at = case when excluded.finished then coalesce(w.finished_at, now()) end;
	return query select unnest(v_mine);
end
$$;

create trigger job_task_ended after delete on job
	for each row when (old.task is not null and current_setting('job_queue.signals', true) is distinct from 'written')
	execute function job_task_ended_v1();

-- How many tokens of a rate (per second) there are now. p_reserved have been taken by jobs that have not started yet; so many
-- fewer are kept, or these could start together with a whole burst. The caller holds the queue's lock.
create function job_tokens_v1(p_queue text, p_gate text, p_rate double precision, p_burst int, p_reserved int)
returns double precision language sql volatile
set search_path from current
as $$
	select greatest(least(p_burst - p_reserved, coalesce((select b.tokens
			+ p_rate * greatest(extract(epoch from clock_timestamp() - b.filled_at), 0)
		from job_bucket b where b.queue = p_queue and b.gate = p_gate), p_burst)), 0)
$$;

-- Record how many tokens are left of those that job_tokens_v1 has just counted.
create function job_tokens_left_v1(p_queue text, p_gate text, p_left double precision, p_rate double precision, p_burst int)
returns void language sql
set search_path from current
as $$
	insert into job_bucket as b (queue, gate, tokens, filled_at, full_at)
	values (p_queue, p_gate, p_left, clock_timestamp(),
		clock_timestamp() + least((p_burst - p_left) / p_rate, 3e7) * interval '1 second')
	on conflict (queue, gate) do update
		set tokens = excluded.tokens, filled_at = excluded.filled_at, full_at = excluded.full_at
$$;

-- In how many milliseconds there is a whole token.
create function job_token_wait_v1(p_tokens double precision, p_rate double precision) returns int language sql immutable
as $$
	select least(ceil(greatest(1 - p_tokens, 0) * 1000 / p_rate), 86400000)::int + 1
$$;

-- Let those through one gate that there is room for. Returns the jobs that may run now, the handlers for which others wait
-- now, and when to look again, if a rate or somebody's transaction is the reason. The caller holds the queue's lock.
create function job_admit_gate_v1(p_queue text, p_key text, p_handler text, out ids bigint[], out handlers text[],
	out wait_millis int)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
	v_first record;
	v_limit job_limit%rowtype;
	v_prefix text := case when p_key is not null then '' else 'h' end;
	v_gate text := case when p_key is not null then 'key ' || p_key else 'handler ' || p_handler end;
	v_max int;
	v_rate double precision;
	v_burst int;
	v_reserved int;
	v_tokens double precision;
	v_room int := 1000;
	v_passed bigint[];
	v_waits boolean := false;
begin
	ids := '{}';
	handlers := '{}';
	if p_key is not null then
		select j.handler, j.limits::jsonb as limits into v_first from job_gate g join job j on j.id = g.job_id
			where g.queue = p_queue and g.key = p_key and g.stage = 0 and g.parked order by g.rank, g.job_id limit 1;
	else
		select j.handler, j.limits::jsonb as limits into v_first from job_gate g join job j on j.id = g.job_id
			where g.queue = p_queue and g.handler = p_handler and g.stage = 1 and g.parked order by g.rank, g.job_id limit 1;
	end if;
	if not found then
		return;
	end if;
	select l.* into v_limit from job_limit l where l.queue = p_queue and l.handler = v_first.handler
		and l.scope = case when p_key is not null then 'key' else 'handler' end;
	if found then
		v_max := v_limit.max_concurrent;
		v_rate := v_limit.permits * 1000.0 / v_limit.period_millis;
		v_burst := v_limit.burst;
	else
		v_max := (v_first.limits ->> (v_prefix || 'max'))::int;
		v_rate := (v_first.limits ->> (v_prefix || 'rate'))::double precision;
		v_burst := (v_first.limits ->> (v_prefix || 'burst'))::int;
	end if;
	if v_max is not null and p_key is not null then
		v_room := least(v_room, v_max - (select count(*) from (select 1 from job_gate g
			where g.queue = p_queue and g.key = p_key and g.stage > 0 limit v_max) h)::int);
	elsif v_max is not null then
		v_room := least(v_room, v_max - (select count(*) from (select 1 from job_gate g
			where g.queue = p_queue and g.handler = p_handler and g.stage = 2 limit v_max) h)::int);
	end if;
	if v_room <= 0 then
		return;
	end if;
	if v_rate is not null then
		-- One statement for both kinds of gates would walk over all jobs that wait at others.
		if p_key is not null then
			select count(*) into v_reserved from job_gate g join job j on j.id = g.job_id
				where g.queue = p_queue and g.key = p_key and g.stage > 0 and j.state in ('available', 'parked')
					and j.id not in (select unnest(l.job_ids) from job_lease l where l.queue = p_queue and not l.marked);
		else
			select count(*) into v_reserved from job_gate g join job j on j.id = g.job_id
				where g.queue = p_queue and g.handler = p_handler and g.stage = 2 and j.state in ('available', 'parked')
					and j.id not in (select unnest(l.job_ids) from job_lease l where l.queue = p_queue and not l.marked);
		end if;
		v_tokens := job_tokens_v1(p_queue, v_gate, v_rate, v_burst, v_reserved);
		v_room := least(v_room, floor(v_tokens)::int);
	end if;
	-- A job that somebody's transaction holds may be about to go.
	if p_key is not null then
		v_passed := array(select j.id from job_gate g join job j on j.id = g.job_id
			where g.queue = p_queue and g.key = p_key and g.stage = 0 and g.parked
			order by g.rank, g.job_id limit v_room for update of j skip locked);
	else
		v_passed := array(select j.id from job_gate g join job j on j.id = g.job_id
			where g.queue = p_queue and g.handler = p_handler and g.stage = 1 and g.parked
			order by g.rank, g.job_id limit v_room for update of j skip locked);
	end if;
	with passed as (
		update job_gate g set stage = case when g.stage = 0 and g.handler is not null then 1 else 2 end,
			parked = g.stage = 0 and g.handler is not null
		where g.job_id = any (v_passed)
		returning g.job_id, g.handler, g.parked
	)
	select coalesce(array_agg(p.job_id) filter (where not p.parked), '{}'),
		coalesce(array_agg(distinct p.handler) filter (where p.parked), '{}') into ids, handlers
	from passed p;
	if v_rate is not null then
		v_tokens := v_tokens - cardinality(v_passed);
		perform job_tokens_left_v1(p_queue, v_gate, v_tokens, v_rate, v_burst);
	end if;
	if v_rate is not null and v_tokens < 1 then
		wait_millis := job_token_wait_v1(v_tokens, v_rate);
	elsif v_room = 1000 or cardinality(v_passed) < v_room then
		wait_millis := case when cardinality(v_passed) = v_room then 0 else 1000 end;
	end if;
	if wait_millis is not null and p_key is not null then
		v_waits := exists (select 1 from job_gate g
			where g.queue = p_queue and g.key = p_key and g.stage = 0 and g.parked);
	elsif wait_millis is not null then
		v_waits := exists (select 1 from job_gate g
			where g.queue = p_queue and g.handler = p_handler and g.stage = 1 and g.parked);
	end if;
	if v_waits then
		insert into job_gate_signal (due_at, queue, key, handler)
			values (now() + wait_millis * interval '1 millisecond', p_queue, p_key, p_handler);
	else
		wait_millis := null;
	end if;
end
$$;

-- Let through the gates of a queue who may go. Returns the jobs that may run now, and when to look again, if that is known.
-- The caller holds the queue's lock.
create function job_admit_v1(p_queue text, out ids bigint[], out wait_millis int)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
	v_arrived bigint[];
	v_keys text[];
	v_handlers text[];
	v_key text;
	v_handler text;
	v_admitted record;
begin
	ids := '{}';
	v_arrived := array(select g.job_id from job_gate g where g.queue = p_queue and g.stage = -1 and g.parked
		order by g.job_id limit 1000 for update skip locked);
	with arrived as (
		update job_gate g set stage = case when g.key is null then 1 else 0 end where g.job_id = any (v_arrived)
		returning g.key, case when g.key is null then g.handler end as handler
	), told as (
		delete from job_gate_signal s where s.id in (
			select d.id from job_gate_signal d where d.queue = p_queue and d.due_at <= now() order by d.due_at limit 1000)
		returning s.key, s.handler
	)
	select array_agg(distinct g.key) filter (where g.key is not null),
		array_agg(distinct g.handler) filter (where g.handler is not null) into v_keys, v_handlers
	from (select * from arrived union all select * from told) g;
	foreach v_key in array coalesce(v_keys, '{}') loop
		select a.* into v_admitted from job_admit_gate_v1(p_queue, v_key, null) a;
		ids := ids || v_admitted.ids;
		v_handlers := v_handlers || v_admitted.handlers;
		wait_millis := least(wait_millis, v_admitted.wait_millis);
	end loop;
	for v_handler in select distinct u.handler from unnest(v_handlers) as u(handler) loop
		select a.* into v_admitted from job_admit_gate_v1(p_queue, null, v_handler) a;
		ids := ids || v_admitted.ids;
		wait_millis := least(wait_millis, v_admitted.wait_millis);
	end loop;
	update job j set state = 'available' where j.id = any (ids) and j.state = 'parked';
	if cardinality(v_arrived) = 1000 then
		wait_millis := 0;
	elsif wait_millis is null then
		wait_millis := (select ceil(extract(epoch from min(s.due_at) - now()) * 1000) from job_gate_signal s
			where s.queue = p_queue and s.due_at < now() + interval '1 minute');
	end if;
end
$$;

-- How many jobs of a queue may be claimed: none if it is paused, otherwise as many as its limit allows. Returns also whether it
-- has a limit, its rate and the tokens that are left, and when to look again, if a rate is the reason. The caller holds the
-- queue's lock.
create function job_room_v1(p_queue text, p_room int, out room int, out limited boolean, out rate double precision,
	out burst int, out tokens double precision, out wait_millis int)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
	v_limit job_limit%rowtype;
begin
	room := p_room;
	limited := false;
	if exists (select 1 from job_queue q where q.name = p_queue and q.paused_at is not null) then
		room := 0;
		return;
	end if;
	select l.* into v_limit from job_limit l where l.queue = p_queue and l.scope = 'queue' and l.handler = '';
	if not found then
		return;
	end if;
	limited := true;
	if v_limit.max_concurrent is not null then
		-- What has been settled is still listed until its whole lease ends.
		room := least(room, v_limit.max_concurrent - (select count(*) from job_lease l cross join unnest(l.job_ids) as u(id)
			join job j on j.id = u.id where l.queue = p_queue)::int);
	end if;
	if v_limit.permits is not null then
		rate := v_limit.permits * 1000.0 / v_limit.period_millis;
		burst := v_limit.burst;
		tokens := job_tokens_v1(p_queue, '', rate, burst, 0);
		if tokens < 1 and room > 0 then
			wait_millis := job_token_wait_v1(tokens, rate);
		end if;
		room := least(room, floor(tokens)::int);
	end if;
end
$$;

-- The lock that an end of an epoch excludes claims with.
create function job_epoch_key_v1(p_node bigint) returns bigint language sql stable
set search_path from current
as $$
	select hashtextextended(current_schema() || '.' || p_node, 7092504)
$$;

-- Settle outcomes and claim jobs: the heart of the protocol. One call, one commit.
--
-- Rows of the result, by kind: J a claimed job; R an outcome refused; D an outcome deferred; C a queue was contended; N the
-- node is not registered; F a new lease floor of a queue (in id); B a job that became due but was not claimed (id, rank), so
-- that marks above it are lowered; W limits let more through in some milliseconds (in id); E a job that has ended and that
-- somebody waits for. queue_index is the position of the queue in p_queues, from 1. Of a queue for which there is a rank in
-- p_below only jobs of lower ranks are claimed.
create function job_exchange_v1(
	p_node bigint, p_epoch int,
	p_leases bigint[], p_closed bigint[],
	p_done bigint[], p_done_leases bigint[], p_done_millis int[], p_done_results text[],
	p_others jsonb, p_keep_succeeded boolean, p_keep_cancelled boolean, p_careful boolean,
	p_queues text[], p_rooms int[], p_limit int, p_suspects boolean, p_excluded text[], p_floors bigint[],
	p_mark_queues int[], p_mark_ranks smallint[], p_mark_ids bigint[], p_below smallint[] default '{}')
returns table (kind "char", queue_index int, lease bigint, id bigint, handler text, rank smallint, attempt smallint,
	max_attempts smallint, abandoned smallint, arguments text, headers text, created_at timestamptz, run_at timestamptz,
	timeout_millis bigint, backoff text, limited boolean, expired boolean)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
set lock_timeout = '1s'
as $$
#variable_conflict use_column
declare
	v_held_jobs bigint[];
	v_held_leases bigint[];
	v_asked bigint[];
	v_lost bigint[];
	v_deferred bigint[] := '{}';
	v_settled bigint[];
	v_awaited bigint[] := '{}';
	v_kept bigint[];
	v_ids bigint[];
	v_due bigint[];
	v_left int := p_limit;
	v_room int;
	v_lease bigint;
	v_floor bigint;
	v_suspect bigint[];
	v_free bigint[];
	v_only int;
	v_limits record;
	v_admitted record;
begin
	if current_setting('transaction_isolation') <> 'read committed' then
		-- Under an older snapshot two nodes would claim the same jobs.
		raise exception 'job_exchange_v1 needs the isolation level read committed' using errcode = 'invalid_transaction_state';
	end if;
	if p_limit > 0 then
		-- A node that has got no answer gives the claim up, and ends its epoch. If the claim comes nevertheless, nobody would
		-- know of its jobs.
		perform pg_advisory_xact_lock_shared(job_epoch_key_v1(p_node));
		if exists (select 1 from job_node n where n.id = p_node and n.epoch <> p_epoch) then
			raise exception 'this claim of node % has been given up', p_node using errcode = 'object_not_in_prerequisite_state';
		end if;
	end if;
	if cardinality(p_leases) > 0 then
		-- Holding the lease rows excludes a rescue of the same leases. Those that end here are held by deleting them.
		if cardinality(p_closed) < cardinality(p_leases) then
			select array_agg(u.id), array_agg(h.id) into v_held_jobs, v_held_leases from (
				select l.id, l.job_ids from job_lease l where l.id = any (p_leases) order by l.id for update) h,
				unnest(h.job_ids) as u(id);
			delete from job_lease l where l.id = any (p_closed);
		else
			with ended as (delete from job_lease l where l.id = any (p_closed) returning l.id, l.job_ids)
			select array_agg(u.id), array_agg(e.id) into v_held_jobs, v_held_leases from ended e, unnest(e.job_ids) as u(id);
		end if;
		-- An outcome counts if its own lease is still there and still lists the job: one that is reported twice, or for a
		-- lease that was lost, must not touch what the job has become since.
		v_asked := p_done || array(select (o ->> 'id')::bigint from jsonb_array_elements(p_others) as o);
		v_lost := array(
			select u.id from unnest(v_asked,
				p_done_leases || array(select (o ->> 'lease')::bigint from jsonb_array_elements(p_others) as o)) as u(id, lease)
			where (u.id, u.lease) not in (select h.id, h.lease from unnest(v_held_jobs, v_held_leases) as h(id, lease)));
		if p_careful then
			-- Somebody's open transaction holds some of the rows: leave those for later instead of waiting. Others may be gone.
			v_ids := array(select j.id from job j where j.id = any (v_asked) order by j.id for update skip locked);
			v_deferred := array(select j.id from job j where j.id = any (v_asked) and j.id not in (select unnest(v_ids)));
			kind := 'D';
			foreach id in array v_deferred loop
				return next;
			end loop;
			v_lost := v_lost || array(select a.id from unnest(v_asked) as a(id) where a.id not in (select unnest(v_ids)));
		end if;
		if cardinality(v_lost) > 0 then
			select coalesce(array_agg(u.id), '{}'), coalesce(array_agg(u.millis), '{}'), array_agg(u.result)
				into p_done, p_done_millis, p_done_results
				from unnest(p_done, p_done_millis, p_done_results) as u(id, millis, result) where u.id not in (select unnest(v_lost));
			select coalesce(jsonb_agg(o), '[]') into p_others
				from jsonb_array_elements(p_others) as o where (o ->> 'id')::bigint <> all (v_lost);
		end if;
		v_settled := p_done;
		if exists (select 1 from job_await) then
			v_awaited := array(select a.job_id from job_await a where a.job_id = any (v_asked));
		end if;
		v_kept := v_awaited;
		if not p_keep_succeeded and exists (select 1 from job_workflow) then
			-- A workflow reads from the history how its tasks have ended.
			v_kept := v_kept || array(select j.id from job j where j.id = any (p_done) and j.task is not null);
		end if;
		if cardinality(p_done) > 0 and (case when p_keep_succeeded or cardinality(v_kept) = 0
			then job_finish_v1(p_node, p_keep_succeeded, p_done, p_done_millis, p_done_results)
			else job_finish_awaited_v1(p_node, p_done, p_done_millis, p_done_results, v_kept) end) < cardinality(p_done) then
			-- Which ones are gone is not worth the cost of asking each time.
			raise exception 'some of the jobs are gone; a careful call finds out which' using errcode = 'no_data_found';
		end if;
		if jsonb_array_length(p_others) > 0 then
			v_settled := v_settled || job_settle_others_v1(p_node, p_keep_cancelled, p_others);
		end if;
		if exists (select 1 from job_cancel) then
			-- One that somebody's transaction holds is forgotten by the housekeeping.
			delete from job_cancel c where c.job_id in (
				select r.job_id from job_cancel r where r.job_id = any (v_settled) for update skip locked);
		end if;
		if cardinality(v_settled) < cardinality(v_asked) then
			kind := 'R';
			for id in select a.id from unnest(v_asked) as a(id) where a.id not in (select unnest(v_settled || v_deferred)) loop
				return next;
			end loop;
			id := null;
		end if;
		if cardinality(v_awaited) > 0 then
			kind := 'E';
			for id in select a.id from unnest(v_awaited) as a(id) where not exists (select 1 from job j where j.id = a.id) loop
				return next;
			end loop;
			id := null;
			-- One that is just being noted again expires.
			delete from job_await w where w.job_id in (
				select a.job_id from job_await a
				where a.job_id = any (v_awaited) and not exists (select 1 from job j where j.id = a.job_id)
				for update of a skip locked);
		end if;
	end if;

	if p_limit <= 0 or cardinality(p_queues) = 0 then
		return;
	end if;
	if not exists (select 1 from job_node n where n.id = p_node) then
		kind := 'N';
		return next;
		return;
	end if;
	-- A job that may kill this process comes first, and alone.
	if p_suspects then
		for i in 1 .. cardinality(p_queues) loop
			continue when p_rooms[i] <= 0 or not exists (
				select 1 from job j where j.queue = p_queues[i] and j.state = 'available' and j.abandoned > 0);
			continue when not job_lock_queue_v1(p_queues[i], false)
				or (select r.room from job_room_v1(p_queues[i], 1) r) <= 0;
			v_suspect := array(
				select j.id from job j
				where j.queue = p_queues[i] and j.state = 'available' and j.abandoned > 0
					and j.id not in (
						select unnest(l.job_ids) from job_lease l
						where l.queue = p_queues[i] and not l.marked and l.id >= p_floors[i])
					and j.id not in (select c.job_id from job_cancel c) and j.handler <> all (p_excluded)
				order by j.rank, j.id limit 1);
			if exists (select 1 from job_unique) then
				v_suspect := job_settled_keys_v1(v_suspect);
			end if;
			v_only := i;
			exit when cardinality(v_suspect) > 0;
			v_only := null;
		end loop;
	end if;
	for i in coalesce(v_only, 1) .. coalesce(v_only, cardinality(p_queues)) loop
		v_room := least(p_rooms[i], v_left);
		exit when v_left <= 0;
		continue when v_room <= 0;
		queue_index := i;
		-- Claims of a queue take turns. Each statement below sees what the previous holder of the lock has committed.
		if not job_lock_queue_v1(p_queues[i], false) then
			kind := 'C';
			return next;
			continue;
		end if;
		if exists (select 1 from job_cancel) then
			perform job_apply_cancels_v1(p_queues[i], p_keep_cancelled);
		end if;
		select r.* into v_limits from job_room_v1(p_queues[i], v_room) r;
		kind := 'W';
		if v_limits.wait_millis is not null then
			id := v_limits.wait_millis;
			return next;
			id := null;
		end if;
		v_room := v_limits.room;
		continue when v_room <= 0;
		v_due := array(
			select j.id from job j
			where j.queue = p_queues[i] and j.state = 'scheduled' and j.run_at <= now()
			order by j.run_at limit v_room for update skip locked);
		if cardinality(v_due) > 0 then
			update job j set state = case
				when j.limits is null or exists (select 1 from job_gate g where g.job_id = j.id and g.stage = 2) then 'available'
				else 'parked' end
			where j.id = any (v_due);
		end if;
		if exists (select 1 from job_gate g where g.queue = p_queues[i] and g.stage = -1 and g.parked)
			or exists (select 1 from job_gate_signal s where s.queue = p_queues[i]) then
			select a.* into v_admitted from job_admit_v1(p_queues[i]) a;
			v_due := v_due || v_admitted.ids;
			if v_admitted.wait_millis is not null then
				id := v_admitted.wait_millis;
				return next;
				id := null;
			end if;
		end if;
		v_floor := coalesce((select min(l.id) from job_lease l
			where l.queue = p_queues[i] and not l.marked and l.id >= p_floors[i]), 0);
		if v_only is null then
			v_ids := job_pick_v1(p_queues[i], v_room, p_floors[i], p_excluded,
				array(select u.rank from unnest(p_mark_queues, p_mark_ranks) as u(queue, rank) where u.queue = i),
				array(select u.id from unnest(p_mark_queues, p_mark_ids) as u(queue, id) where u.queue = i), v_due,
				coalesce(p_below[i], 32767::smallint));
		else
			v_ids := v_suspect;
		end if;
		if cardinality(v_ids) > 0 and exists (select 1 from job_unique) then
			v_free := job_settled_keys_v1(v_ids);
			if cardinality(v_free) < cardinality(v_ids) then
				-- What is left for later lies below the marks, as what has become due.
				v_due := v_due || v_ids;
			end if;
			v_ids := v_free;
		end if;
		if cardinality(v_ids) > 0 then
			insert into job_lease as l (node, queue, job_ids) values (p_node, p_queues[i], v_ids) returning l.id into v_lease;
			return query select 'J'::"char", i, v_lease, j.id, j.handler, j.rank, j.attempt, j.max_attempts, j.abandoned,
				j.arguments, j.headers, j.created_at, j.run_at, j.timeout_millis, j.backoff,
				v_limits.limited or j.limits is not null, j.deadline <= now()
				from unnest(v_ids) with ordinality as u(id, n)
					cross join lateral (select * from job j where j.id = u.id limit 1) j
				order by u.n;
			v_left := v_left - cardinality(v_ids);
			if v_limits.rate is not null then
				v_limits.tokens := v_limits.tokens - cardinality(v_ids);
				perform job_tokens_left_v1(p_queues[i], '', v_limits.tokens, v_limits.rate, v_limits.burst);
				if v_limits.tokens < 1 then
					kind := 'W';
					id := job_token_wait_v1(v_limits.tokens, v_limits.rate);
					return next;
					id := null;
				end if;
			end if;
			v_floor := coalesce(nullif(v_floor, 0), v_lease);
		end if;
		if v_floor > p_floors[i] then
			kind := 'F';
			id := v_floor;
			return next;
			id := null;
		end if;
		if cardinality(v_due) > 0 then
			kind := 'B';
			for id, rank in select j.id, j.rank from job j where j.id = any (v_due) and j.state = 'available' and j.id not in (select unnest(v_ids)) loop
				return next;
			end loop;
			id := null;
			rank := null;
		end if;
	end loop;
end
$$;

-- Mark leases whose jobs have been running for a while: the jobs get the state running, and claims need not look at the
-- leases any more. p_ids are all unfinished jobs of the leases. All or nothing: a row that somebody holds ends it.
create function job_mark_v1(p_node bigint, p_ids bigint[], p_leases bigint[]) returns void language plpgsql
set search_path from current
set jit = off set lock_timeout = '200ms'
as $$
begin
	with held as (
		update job_lease l set marked = true where l.id = any (p_leases) and l.node = p_node and not l.marked
		returning l.id, l.job_ids
	)
	update job j set state = 'running'
	where j.state = 'available' and j.id = any (array(
		select u.id from unnest(p_ids, p_leases) as u(id, lease) join held h on h.id = u.lease and u.id = any (h.job_ids)));
end
$$;

-- Release all that is leased to a node, or rescue it if p_abandoned. Returns the jobs that were made available and those
-- that failed for good. The caller has made sure that nobody else does the same.
create function job_take_back_v1(p_leases bigint[], p_abandoned boolean, p_max int, p_type text, p_message text,
	p_keep_cancelled boolean, out back bigint[], out failed bigint[], out queues text[])
language plpgsql
set search_path from current
set jit = off
as $$
declare
	v_held bigint[] := array(select l.id from job_lease l where l.id = any (p_leases) order by l.id for update);
	v_all bigint[];
	v_ids bigint[];
	v_stuck bigint[];
	v_cancelled bigint[];
begin
	v_all := array(select unnest(l.job_ids) from job_lease l where l.id = any (v_held));
	v_ids := array(select j.id from job j where j.id = any (v_all) order by j.id for update skip locked);
	-- A frozen node may hold the row of a job in a transaction that is about to record its success. Such a job stays leased
	-- until that ends, one way or the other, and does not keep the others waiting.
	v_stuck := array(select j.id from job j where j.id = any (v_all) and j.id not in (select unnest(v_ids)));
	update job_lease l set job_ids = array(select u.id from unnest(l.job_ids) as u(id) where u.id = any (v_stuck))
		where l.id = any (v_held) and l.job_ids && v_stuck;
	delete from job_lease l where l.id = any (v_held) and not l.job_ids && v_stuck;
	v_cancelled := array(select c.job_id from job_cancel c where c.job_id = any (v_ids));
	delete from job_cancel c where c.job_id in (
		select r.job_id from job_cancel r where r.job_id = any (v_cancelled) for update skip locked);
	with ended as (
		delete from job j where j.id = any (v_ids) and (j.id = any (v_cancelled) or (p_abandoned and j.abandoned + 1 >= p_max))
		returning j.*
	), kept as (
		insert into job_history (id, created_at, run_at, started_at, finished_at, timeout_millis, rank, attempt, max_attempts,
			abandoned, state, queue, handler, arguments, headers, backoff, limits, failures)
		select e.id, e.created_at, e.run_at, now(), now(), e.timeout_millis, e.rank, e.attempt, e.max_attempts,
			e.abandoned + case when p_abandoned then 1 else 0 end,
			case when e.id = any (v_cancelled) then 'cancelled' else 'failed' end, e.queue, e.handler, e.arguments, e.headers,
			e.backoff, e.limits,
			case when e.id = any (v_cancelled) then e.failures
				else job_append_failure_v1(e.failures, e.attempt, p_type, p_message, '') end
		from ended e
		where e.id not in (select unnest(v_cancelled)) or p_keep_cancelled
			or e.task is not null
			or exists (select 1 from job_await a where a.job_id = e.id)
	)
	select coalesce(array_agg(e.id) filter (where e.id not in (select unnest(v_cancelled))), '{}') into failed from ended e;
	perform job_end_durations_v1(failed || v_cancelled);
	with returned as (
		update job j set state = 'available', abandoned = j.abandoned + case when p_abandoned then 1 else 0 end,
			progress_percent = null, progress_message = null
		where j.id = any (v_ids) and j.state in ('available', 'running')
		returning j.id, j.queue
	)
	select coalesce(array_agg(r.id), '{}'), coalesce(array_agg(distinct r.queue), '{}') into back, queues from returned r;
end
$$;

-- End the earlier epochs of a node whose last claim got no answer, and give back what it does not know of. Waits for a claim
-- that is under way. Returns the queues of what was given back. A call that comes late itself changes nothing.
create function job_end_epoch_v1(p_node bigint, p_epoch int, p_known bigint[], p_keep_cancelled boolean) returns text[]
language plpgsql
set search_path from current
set jit = off set lock_timeout = '1s'
as $$
declare
	v_queues text[] := '{}';
begin
	perform pg_advisory_xact_lock(job_epoch_key_v1(p_node));
	update job_node n set epoch = p_epoch where n.id = p_node and n.epoch < p_epoch;
	if found then
		select t.queues into v_queues from job_take_back_v1(
			array(select l.id from job_lease l where l.node = p_node and l.id <> all (p_known)), false, 0, '', '',
			p_keep_cancelled) t;
	end if;
	return v_queues;
end
$$;

-- Move waiting jobs to another queue. Nobody claims from the queues concerned before the end of the transaction. Returns for
-- each moved job the queue that it comes from.
create function job_move_v1(p_ids bigint[], p_queue text) returns setof text language plpgsql
set search_path from current
set jit = off
as $$
declare
	v_queue text;
begin
	if current_setting('transaction_isolation') <> 'read committed' then
		-- Under a snapshot from before the locks a job that has just been claimed would seem to wait.
		raise exception 'job_move_v1 needs the isolation level read committed' using errcode = 'invalid_transaction_state';
	end if;
	for v_queue in select j.queue from job j where j.id = any (p_ids) and j.queue <> p_queue union select p_queue order by 1 loop
		perform job_lock_queue_v1(v_queue, true);
	end loop;
	return query
		with moving as materialized (
			select j.id, j.queue from job j
			where j.id = any (p_ids) and j.queue <> p_queue and j.state in ('scheduled', 'available', 'parked')
				and j.id not in (select unnest(l.job_ids) from job_lease l)
				and not exists (select 1 from job_cancel c where c.job_id = j.id)
				and not exists (select 1 from job_unique u where u.job_id = j.id)
			order by j.id for update of j skip locked
		)
		update job j set queue = p_queue,
			state = case when j.limits is null or j.state = 'scheduled' then j.state else 'parked' end
		from moving m where j.id = m.id
		returning m.queue;
end
$$;

-- End waiting jobs whose deadline is over.
create function job_expire_v1(p_limit int, p_type text, p_message text)
returns table (id bigint, handler text, queue text, attempt smallint, max_attempts smallint)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set jit = off set lock_timeout = '1s'
as $$
#variable_conflict use_column
declare
	v_ids bigint[] := array(
		select j.id from job j where j.deadline <= now() and j.state <> 'running' order by j.deadline limit p_limit);
begin
	if cardinality(v_ids) = 0 then
		return;
	end if;
	-- Nobody claims them meanwhile. What was claimed before is seen by the next statement.
	perform job_lock_queues_v1(v_ids);
	v_ids := array(
		select j.id from job j
		where j.id = any (v_ids) and j.deadline <= now() and j.state <> 'running'
			and j.id not in (select unnest(l.job_ids) from job_lease l)
		order by j.id for update of j skip locked);
	return query
		with ended as (
			delete from job j where j.id = any (v_ids) returning j.*
		), kept as (
			insert into job_history (id, created_at, run_at, started_at, finished_at, timeout_millis, rank, attempt, max_attempts,
				abandoned, state, queue, handler, arguments, headers, backoff, limits, failures)
			select e.id, e.created_at, e.run_at, now(), now(), e.timeout_millis, e.rank, e.attempt, e.max_attempts, e.abandoned,
				'failed', e.queue, e.handler, e.arguments, e.headers, e.backoff, e.limits,
				job_append_failure_v1(e.failures, e.attempt, p_type, p_message, '')
			from ended e
		)
		select e.id, e.handler, e.queue, e.attempt, e.max_attempts from ended e;
	perform job_end_durations_v1(v_ids);
end
$$;

-- Note for a while that somebody waits for the end of those of p_fresh that are live. Returns those of p_ids that are not:
-- how they ended, or only the id if nothing is known of them.
create function job_look_v1(p_ids bigint[], p_fresh bigint[], p_millis bigint)
returns table (id bigint, handler text, queue text, state text, rank smallint, attempt smallint, max_attempts smallint,
	abandoned smallint, arguments text, headers text, created_at timestamptz, run_at timestamptz, started_at timestamptz,
	finished_at timestamptz, node bigint, progress_percent smallint, progress_message text, result text, failures text,
	limits text, deadline timestamptz)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
	if cardinality(p_fresh) > 0 then
		insert into job_await as a (job_id, expires_at)
		select j.id, now() + p_millis * interval '1 millisecond' from job j where j.id = any (p_fresh) order by j.id
		on conflict (job_id) do update set expires_at = greatest(a.expires_at, excluded.expires_at);
	end if;
	return query
		select u.id, f.handler, f.queue, f.state, f.rank, f.attempt, f.max_attempts, f.abandoned, f.arguments, f.headers,
			f.created_at, f.run_at, f.started_at, f.finished_at, f.node, null::smallint, null::text, f.result, f.failures::text,
			f.limits, null::timestamptz
		from unnest(p_ids) as u(id) left join job_history f on f.id = u.id
		where not exists (select 1 from job j where j.id = u.id);
end
$$;

-- Declare nodes dead that were found silent and still are, and rescue what they held, and whatever is leased to nobody.
create function job_rescue_v1(p_found bigint[], p_silence_millis bigint, p_max int, p_type text, p_message text, p_keep_cancelled boolean,
	out nodes bigint[], out back bigint[], out failed bigint[], out queues text[])
language plpgsql
set search_path from current
set jit = off
as $$
declare
	v_leases bigint[];
begin
	nodes := '{}';
	back := '{}';
	failed := '{}';
	queues := '{}';
	if not pg_try_advisory_xact_lock(hashtextextended(current_schema(), 7092502)) then
		return;
	end if;
	with dead as (
		delete from job_node n where n.id in (
			select d.id from job_node d
			where d.id = any (p_found) and d.seen_at < now() - p_silence_millis * interval '1 millisecond'
			for update skip locked)
		returning n.id
	)
	select coalesce(array_agg(d.id), '{}') into nodes from dead d;
	v_leases := array(select l.id from job_lease l where not exists (select 1 from job_node n where n.id = l.node));
	if cardinality(v_leases) > 0 then
		select t.back, t.failed, t.queues into back, failed, queues
			from job_take_back_v1(v_leases, true, p_max, p_type, p_message, p_keep_cancelled) t;
	end if;
end
$$;

-- Of some available jobs, those whose keys no open transaction holds. One that does has been told that the job waits, or is
-- about to change it; so the job must not start before it has ended. The keys of the others are locked, so that whoever
-- asks for them now waits for the claim, and sees it. Keeps the order.
create function job_settled_keys_v1(p_ids bigint[]) returns bigint[] language plpgsql
set search_path from current
set enable_seqscan = off set jit = off
as $$
declare
	v_free bigint[] := array(select u.job_id from job_unique u where u.job_id = any (p_ids) for update skip locked);
begin
	if cardinality(v_free) = 0 and not exists (select 1 from job_unique u where u.job_id = any (p_ids)) then
		return p_ids;
	end if;
	-- Others may have changed a job, and ended, since it was picked.
	return array(
		select p.id from unnest(p_ids) with ordinality as p(id, n)
		where p.id not in (select u.job_id from job_unique u where u.job_id = any (p_ids))
			or (p.id = any (v_free) and exists (select 1 from job j where j.id = p.id and j.state = 'available'))
		order by p.n);
end
$$;

-- Free the keys of jobs that ended otherwise than well and were to hold them for a duration.
create function job_end_durations_v1(p_ids bigint[]) returns void language sql
set search_path from current
as $$
	delete from job_unique u using (
		select d.queue, d.handler, d.key from job_unique d where d.job_id = any (p_ids) and d.until is not null
		for update skip locked) ended
	where u.queue = ended.queue and u.handler = ended.handler and u.key = ended.key
$$;

-- Get the key of a new job, or do with the job that holds it what is wanted then. The insert waits for whoever is about to
-- take a free key. Looking at a held one takes no lock, unless more than a look is needed: a shared one, against claims
-- only, for a transaction that has to rely on what it saw; one against other writers to change or succeed the holder. Each
-- statement sees what was committed before it, so a look behind a lock is up to date.
create function job_take_key_v1(p_new job, p_key text, p_scope text, p_millis bigint, p_on_duplicate text,
	p_in_transaction boolean, out id bigint, out kind text)
language plpgsql
set search_path from current
set jit = off
as $$
#variable_conflict use_column
declare
	v_until timestamptz := statement_timestamp() + p_millis * interval '1 millisecond';
	v_lock text := 'none';
	v_key job_unique;
	v_old job;
	v_leased boolean;
	v_cancelled boolean;
	v_lives boolean;
	v_waits boolean;
	v_is_held boolean;
begin
	loop
		insert into job_unique (queue, handler, key, scope, until, job_id)
		values (p_new.queue, p_new.handler, p_key, p_scope, v_until, p_new.id) on conflict do nothing;
		id := p_new.id;
		kind := 'ENQUEUED';
		exit when found;
		if v_lock = 'none' then
			select * into v_key from job_unique u where u.queue = p_new.queue and u.handler = p_new.handler and u.key = p_key;
		elsif v_lock = 'shared' then
			select * into v_key from job_unique u where u.queue = p_new.queue and u.handler = p_new.handler and u.key = p_key
			for key share;
		else
			select * into v_key from job_unique u where u.queue = p_new.queue and u.handler = p_new.handler and u.key = p_key
			for no key update;
		end if;
		continue when not found;
		id := v_key.job_id;
		select j.state = 'running' or exists (
				select 1 from job_lease l where l.queue = j.queue and not l.marked and j.id = any (l.job_ids)),
			exists (select 1 from job_cancel c where c.job_id = j.id)
			into v_leased, v_cancelled from job j where j.id = v_key.job_id;
		v_lives := found and (v_leased or not v_cancelled);
		v_waits := v_lives and not v_leased;
		v_is_held := case v_key.scope when 'WHILE_WAITING' then v_waits when 'UNTIL_FINISHED' then v_lives
			else v_key.until > statement_timestamp() end;
		if not v_is_held then
			if v_lock = 'exclusive' then
				update job_unique u set job_id = p_new.id, scope = p_scope, until = v_until
				where u.queue = p_new.queue and u.handler = p_new.handler and u.key = p_key;
				id := p_new.id;
				kind := 'ENQUEUED';
				exit;
			end if;
			v_lock := 'exclusive';
		elsif p_on_duplicate = 'FAIL' then
			kind := 'DUPLICATE';
			exit;
		elsif p_on_duplicate in ('REPLACE', 'POSTPONE') and v_waits and v_lock <> 'exclusive' then
			v_lock := 'exclusive';
		elsif p_on_duplicate = 'REPLACE' and v_waits then
			-- Not updated, for it may get other limits.
			delete from job j where j.id = v_key.job_id returning j.* into v_old;
			if found then
				p_new.id := v_old.id;
				p_new.created_at := v_old.created_at;
				p_new.abandoned := v_old.abandoned;
				p_new.failures := v_old.failures;
				insert into job overriding system value select p_new.*;
				kind := 'REPLACED';
				exit;
			end if;
		elsif p_on_duplicate = 'POSTPONE' and v_waits then
			update job j set run_at = greatest(j.run_at, p_new.run_at), deadline = p_new.deadline,
				state = case when greatest(j.run_at, p_new.run_at) > statement_timestamp() then 'scheduled' else j.state end
			where j.id = v_key.job_id;
			kind := 'POSTPONED';
			exit when found;
		elsif v_key.scope = 'WHILE_WAITING' and v_lock = 'none' and p_in_transaction then
			v_lock := 'shared';
		else
			kind := 'SKIPPED';
			exit;
		end if;
	end loop;
end
$$;

-- Accept jobs of which some are unique. p_jobs is an array of objects with the columns of the jobs, and with delay, key,
-- scope, millis and on_duplicate. The keys are taken in their order, so that two bulks do not wait for each other. Returns
-- for each job its place, the job that holds the key, and what happened.
create function job_enqueue_unique_v1(p_jobs jsonb, p_in_transaction boolean)
returns table (n bigint, id bigint, kind text) language plpgsql
set search_path from current
set jit = off
as $$
#variable_conflict use_column
declare
	v_now timestamptz := statement_timestamp();
	v_ids bigint[];
	v_spec jsonb;
	v_new job;
begin
	v_ids := array(
		select nextval(pg_get_serial_sequence('job', 'id')) from generate_series(1, jsonb_array_length(p_jobs)));
	for v_spec, n in
		select e.value, e.ordinality from jsonb_array_elements(p_jobs) with ordinality as e
		order by e.value ->> 'queue', e.value ->> 'handler', e.value ->> 'key', e.ordinality
	loop
		v_new := jsonb_populate_record(null::job, v_spec);
		v_new.id := v_ids[n];
		v_new.created_at := v_now;
		v_new.run_at := greatest(v_now,
			coalesce(v_new.run_at, v_now + (v_spec ->> 'delay')::bigint * interval '1 millisecond'));
		v_new.deadline := coalesce(v_new.deadline,
			v_new.run_at + (v_spec ->> 'deadline_millis')::bigint * interval '1 millisecond');
		v_new.state := case when v_new.run_at > v_now then 'scheduled' when v_new.limits is null then 'available'
			else 'parked' end;
		v_new.attempt := 0;
		v_new.abandoned := 0;
		id := v_new.id;
		kind := 'ENQUEUED';
		if v_spec ->> 'key' is not null then
			select t.id, t.kind into id, kind from job_take_key_v1(v_new, v_spec ->> 'key', v_spec ->> 'scope',
				(v_spec ->> 'millis')::bigint, v_spec ->> 'on_duplicate', p_in_transaction) t;
		end if;
		if kind = 'DUPLICATE' then
			raise exception 'another job holds the key' using errcode = 'JQ001', detail = n || ' ' || id;
		elsif kind = 'ENQUEUED' then
			insert into job overriding system value select v_new.*;
		end if;
		return next;
	end loop;
end
$$;

-- The same if one of the jobs is to fail: all or none, without harm to the transaction of the caller.
create function job_enqueue_unique_or_fail_v1(p_jobs jsonb, p_in_transaction boolean)
returns table (n bigint, id bigint, kind text) language plpgsql
set search_path from current
as $$
#variable_conflict use_column
declare
	v_detail text;
begin
	return query select e.n, e.id, e.kind from job_enqueue_unique_v1(p_jobs, p_in_transaction) e;
exception when sqlstate 'JQ001' then
	get stacked diagnostics v_detail = pg_exception_detail;
	return query select split_part(v_detail, ' ', 1)::bigint, split_part(v_detail, ' ', 2)::bigint, 'DUPLICATE';
end
$$;

-- Remove keys that nobody holds, nor can hold again after a retry by hand; at most p_limit. Returns how many.
create function job_forget_keys_v1(p_limit int) returns int language plpgsql
set search_path from current
set jit = off
as $$
declare
	v_count int;
begin
	delete from job_unique u using (
		select d.queue, d.handler, d.key from job_unique d
		where case when d.until is not null then d.until <= now()
			else not exists (select 1 from job j where j.id = d.job_id) and not exists (
				select 1 from job_history h where h.id = d.job_id and h.state in ('failed', 'cancelled')) end
		limit p_limit for update skip locked) gone
	where u.queue = gone.queue and u.handler = gone.handler and u.key = gone.key;
	get diagnostics v_count = row_count;
	return v_count;
end
$$;

-- Create the partitions of today and the days ahead.
create function job_prepare_history_v1(p_days int) returns void language plpgsql
set search_path from current
set lock_timeout = '2s'
as $$
declare
	v_state text;
	v_day date;
	v_name text;
	v_today date := (now() at time zone 'UTC')::date;
begin
	perform pg_advisory_xact_lock(hashtextextended(current_schema(), 7092503));
	foreach v_state in array array['succeeded', 'failed', 'cancelled'] loop
		for v_day in select d::date from generate_series(v_today, v_today + p_days, interval '1 day') as d loop
			v_name := 'job_history_' || v_state || '_' || to_char(v_day, 'YYYYMMDD');
			continue when to_regclass(quote_ident(current_schema()) || '.' || v_name) is not null;
			-- Built apart and attached, which does not wait for those who read or write history.
			execute format('create table %I (like job_history including defaults including indexes)', v_name);
			execute format('with moved as (delete from %I where finished_at >= %L and finished_at < %L returning *)'
				|| ' insert into %I select * from moved', 'job_history_' || v_state || '_default', v_day::text || ' 00:00:00+00',
				(v_day + 1)::text || ' 00:00:00+00', v_name);
			execute format('alter table %I attach partition %I for values from (%L) to (%L)', 'job_history_' || v_state, v_name,
				v_day::text || ' 00:00:00+00', (v_day + 1)::text || ' 00:00:00+00');
		end loop;
	end loop;
end
$$;

-- Find the jobs of a state that are too many: those up to the id that is returned, or none if it is null. The ids tell which
-- are the youngest. A walk along the indexes on them, as far as jobs are kept.
create function job_history_surplus_v1(p_state text, p_max bigint) returns bigint language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
	v_id bigint;
begin
	execute format('select h.id from %I h order by h.id desc offset $1 limit 1', 'job_history_' || p_state)
		into v_id using p_max;
	return v_id;
end
$$;

-- Remove jobs of a state from after one id up to another, oldest first. Those that somebody holds are left for the next
-- time. Returns how many, and the last id.
create function job_trim_history_v1(p_state text, p_after bigint, p_surplus bigint, p_limit int, out removed int,
	out last bigint)
language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
	v_partition regclass;
	v_rows tid[];
	v_last bigint;
begin
	removed := 0;
	last := p_after;
	if exists (select 1 from job_workflow_signal) then
		-- A workflow has not read yet how its tasks have ended.
		return;
	end if;
	for v_partition, v_rows, v_last in execute format('select p.tableoid::regclass, array_agg(p.place), max(p.id) from ('
		|| 'select h.tableoid, h.ctid as place, h.id from %I h where h.id > $1 and h.id <= $2 order by h.id limit $3'
		|| ' for update skip locked) p group by p.tableoid', 'job_history_' || p_state) using p_after, p_surplus, p_limit
	loop
		-- By their places: looking for each id in each partition would take longer than the rest.
		execute format('delete from %s where ctid = any ($1)', v_partition) using v_rows;
		removed := removed + cardinality(v_rows);
		last := greatest(last, v_last);
	end loop;
end
$$;

-- Drop the partitions of a state whose days ended before an age, or whose days are over and that have only jobs up to the id
-- p_surplus, one after the other; one that somebody is reading is left for the next time. Returns the number of partitions
-- dropped.
create function job_drop_history_v1(p_state text, p_age_millis bigint, p_surplus bigint) returns int language plpgsql
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off
set lock_timeout = '100ms'
as $$
declare
	v_before timestamptz := now() - p_age_millis * interval '1 millisecond';
	v_name text;
	v_end timestamptz;
	v_kept bigint;
	v_dropped int := 0;
begin
	if exists (select 1 from job_workflow_signal) then
		-- A workflow has not read yet how its tasks have ended.
		return 0;
	end if;
	execute format('delete from %I where finished_at < $1', 'job_history_' || p_state || '_default') using v_before;
	for v_name, v_end in
		select d.relname, d.ends_at from (
			select c.relname, (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' as ends_at
			from pg_inherits i join pg_class c on c.oid = i.inhrelid
			where i.inhparent = ('job_history_' || p_state)::regclass and c.relname ~ '_[0-9]{8}$') d
		where d.ends_at <= case when p_surplus is null then v_before else now() end
		order by d.relname
	loop
		begin
			if v_end > v_before then
				execute format('select id from %I where id > $1 limit 1', v_name) into v_kept using p_surplus;
				continue when v_kept is not null;
				-- A transaction that began on that day may still be about to add to it.
				execute format('lock table only %I in access exclusive mode', 'job_history_' || p_state);
				execute format('select id from %I where id > $1 limit 1', v_name) into v_kept using p_surplus;
				continue when v_kept is not null;
			end if;
			execute format('drop table %I', v_name);
			v_dropped := v_dropped + 1;
		exception when lock_not_available then
			return v_dropped;
		end;
	end loop;
	return v_dropped;
end
$$;

-- How many jobs are in the line of a queue: counted up to 1,000, and estimated beyond. Then the ids between the first and the
-- last one of each rank are cut into pieces, and what stands at the beginning of a piece tells how dense it is. The count
-- begins at the newest job, because the dead entries that finished jobs have left are at the other end.
create function job_line_v1(p_queue text, out jobs bigint, out exact boolean) language plpgsql stable
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
	v_ranks smallint[];
	v_rank smallint;
	v_first bigint;
	v_last bigint;
	v_from bigint;
	v_piece bigint;
	v_count bigint;
	v_end bigint;
begin
	jobs := (select count(*) from (
		select 1 from job j where j.queue = p_queue and j.state = 'available' and j.abandoned = 0
		order by j.queue desc, j.rank desc, j.id desc limit 1001) x);
	exact := jobs <= 1000;
	if exact then
		return;
	end if;
	jobs := 0;
	with recursive ranks(rank) as (
		select (select min(j.rank) from job j where j.queue = p_queue and j.state = 'available' and j.abandoned = 0)
		union all
		select (select min(j.rank) from job j where j.queue = p_queue and j.state = 'available' and j.abandoned = 0
			and j.rank > r.rank)
		from ranks r where r.rank is not null
	)
	select array_agg(r.rank) into v_ranks from ranks r where r.rank is not null;
	foreach v_rank in array v_ranks loop
		-- Compared as rows and ordered by both, so that no other index than job_ready will do.
		v_first := (select j.id from job j
			where j.queue = p_queue and j.state = 'available' and j.abandoned = 0 and (j.rank, j.id) >= (v_rank, 0::bigint)
			order by j.rank, j.id limit 1);
		v_last := (select j.id from job j
			where j.queue = p_queue and j.state = 'available' and j.abandoned = 0
				and (j.rank, j.id) < ((v_rank + 1)::smallint, 0::bigint)
			order by j.rank desc, j.id desc limit 1);
		v_piece := (v_last - v_first) / greatest(20 / cardinality(v_ranks), 2) + 1;
		v_from := v_first;
		while v_from <= v_last loop
			select count(*), max(x.id) into v_count, v_end from (
				select j.id from job j
				where j.queue = p_queue and j.state = 'available' and j.abandoned = 0
					and (j.rank, j.id) >= (v_rank, v_from) and (j.rank, j.id) < (v_rank, v_from + v_piece)
				order by j.rank, j.id limit 100) x;
			jobs := jobs + case when v_count < 100 then v_count
				else round(100.0 * least(v_piece, v_last - v_from + 1) / (v_end - v_from + 1)) end;
			v_from := v_from + v_piece;
		end loop;
	end loop;
	jobs := greatest(jobs, 1001);
end
$$;

-- About how many jobs of a queue are in a state, by the statistics of the table.
create function job_estimate_v1(p_queue text, p_state text) returns bigint language plpgsql
set search_path from current
as $$
declare
	v_plan json;
begin
	execute format('explain (format json) select 1 from job where queue = %L and state = %L', p_queue, p_state)
		into v_plan;
	return (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric;
end
$$;

-- How the queues are doing that hold live jobs, are paused, or are worked by a node, without ever counting for long.
create function job_queue_status_v1()
returns table (name text, paused boolean, available bigint, scheduled bigint, running bigint, oldest_millis bigint, exact boolean)
language plpgsql stable
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set enable_sort = off set enable_incremental_sort = off set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
	v_is_counted boolean := (select coalesce(sum(cardinality(l.job_ids)), 0) <= 20000 from job_lease l);
	v_held text[]; -- the queues of which jobs are leased
	v_running bigint[];
	v_claimed bigint[]; -- the ids of leased jobs that look available
	v_claimed_queues text[]; -- their queues, as far as they do not look like suspects
	v_names text[];
	v_max bigint := 5000;
	v_most_exact bigint := 1000; -- of what can be estimated
begin
	-- Jobs of marked leases do not look available; looking for each of them would take too long if there are many.
	with held as materialized (
		select l.queue, j.id, j.state, j.abandoned
		from job_lease l cross join unnest(l.job_ids) as u(id) join job j on j.id = u.id
		where v_is_counted or not l.marked
	), listed as (
		select l.queue, cardinality(l.job_ids) as jobs from job_lease l where not v_is_counted and l.marked
		union all select h.queue, 1 from held h
	), counted as (
		select l.queue, sum(l.jobs) as jobs from listed l group by l.queue
	)
	select array(select c.queue from counted c order by c.queue), array(select c.jobs from counted c order by c.queue),
		array(select h.id from held h where h.state = 'available'),
		array(select h.queue from held h where h.state = 'available' and h.abandoned = 0)
		into v_held, v_running, v_claimed, v_claimed_queues;
	with recursive waiting(queue) as (
		select ''
		union all
		select n.queue from waiting w cross join lateral (select least(
			(select min(j.queue) from job j where j.state = 'available' and j.abandoned = 0 and j.queue > w.queue),
			(select min(j.queue) from job j where j.state = 'available' and j.abandoned > 0 and j.queue > w.queue),
			(select min(j.queue) from job j where j.state = 'scheduled' and j.queue > w.queue),
			(select min(g.queue) from job_gate g where g.parked and g.queue > w.queue)) as queue) n
		where n.queue is not null
	)
	select array(
		select w.queue from waiting w where w.queue <> '' union select unnest(v_held)
		union select q.name from job_queue q where q.paused_at is not null union select unnest(n.queues) from job_node n)
		into v_names;
	return query
		select q.name, exists (select 1 from job_queue p where p.name = q.name and p.paused_at is not null),
			greatest(r.jobs - c.jobs, 0) + s.jobs + d.jobs
				+ case when g.jobs <= v_most_exact then g.jobs else greatest(g.jobs, job_estimate_v1(q.name, 'parked')) end,
			case when w.jobs <= v_most_exact then w.jobs
				else greatest(w.jobs, job_estimate_v1(q.name, 'scheduled') - d.jobs) end,
			coalesce((select u.jobs from unnest(v_held, v_running) as u(queue, jobs) where u.queue = q.name), 0),
			(extract(epoch from statement_timestamp() - least(o.run_at, s.run_at, d.run_at, f.run_at)) * 1000)::bigint,
			v_is_counted and r.exact and s.jobs <= v_max and d.jobs <= v_max and w.jobs <= v_most_exact
				and g.jobs <= v_most_exact
		from unnest(v_names) as q(name)
		cross join lateral (select count(*) from unnest(v_claimed_queues) as u(queue) where u.queue = q.name) as c(jobs)
		cross join lateral job_line_v1(q.name) as r(jobs, exact)
		cross join lateral (
			select count(*), min(x.run_at) from (
				select j.run_at from job j where j.queue = q.name and j.state = 'available' and j.abandoned > 0
					and j.id not in (select unnest(v_claimed))
				order by j.queue desc, j.rank desc, j.id desc limit v_max + 1) x) as s(jobs, run_at)
		cross join lateral (
			select count(*), min(x.run_at) from (
				select j.run_at from job j where j.queue = q.name and j.state = 'scheduled' and j.run_at <= statement_timestamp()
				order by j.queue, j.run_at limit v_max + 1) x) as d(jobs, run_at)
		cross join lateral (
			select count(*) from (
				select 1 from job j where j.queue = q.name and j.state = 'scheduled' and j.run_at > statement_timestamp()
				order by j.queue, j.run_at limit v_most_exact + 1) x) as w(jobs)
		cross join lateral (
			select count(*) from (select 1 from job_gate g where g.queue = q.name and g.parked limit v_most_exact + 1) x) as g(jobs)
		cross join lateral (
			select min(x.run_at) from (
				select j.run_at from job_gate g join job j on j.id = g.job_id where g.queue = q.name and g.parked
				order by g.queue, g.job_id limit 20) x) as f(run_at)
		-- A job that came back stands where its id says, so the one that waits for longest is not always the first one.
		cross join lateral (
			with recursive ranks(rank) as (
				select (select min(j.rank) from job j where j.queue = q.name and j.state = 'available' and j.abandoned = 0)
				union all
				select (select min(j.rank) from job j where j.queue = q.name and j.state = 'available' and j.abandoned = 0
					and j.rank > k.rank)
				from ranks k where k.rank is not null
			)
			select min(f.run_at) from ranks k cross join lateral (
				select j.run_at from job j
				where j.queue = q.name and j.state = 'available' and j.abandoned = 0
					and (j.rank, j.id) >= (k.rank, 0::bigint) and (j.rank, j.id) < ((k.rank + 1)::smallint, 0::bigint)
					and j.id not in (select unnest(v_claimed))
				order by j.rank, j.id limit 20) f) as o(run_at)
		order by q.name collate "C";
end
$$;

-- The id of a finished job in some states, below p_before, that has p_size - 1 of them before it; of each state, and the greatest
-- of that, unless all are meant. To plan such a walk over all partitions takes longer than the walk. Here, and in the next
-- function, that is done once for each connection.
create function job_history_floor_v1(p_states text[], p_before bigint, p_size int) returns bigint
language plpgsql stable
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
begin
	if cardinality(p_states) = 3 then
		return (select h.id from job_history h where h.id < p_before order by h.id desc offset p_size - 1 limit 1);
	end if;
	return greatest(
		case when 'succeeded' = any (p_states) then (
			select h.id from job_history_succeeded h where h.id < p_before order by h.id desc offset p_size - 1 limit 1) end,
		case when 'failed' = any (p_states) then (
			select h.id from job_history_failed h where h.id < p_before order by h.id desc offset p_size - 1 limit 1) end,
		case when 'cancelled' = any (p_states) then (
			select h.id from job_history_cancelled h where h.id < p_before order by h.id desc offset p_size - 1 limit 1) end);
end
$$;

-- Finished jobs that pass a filter, of each state the newest ones; what is null is not asked for. p_headers are pairs as they are
-- written. One statement for each state, because one for any of them would walk over the jobs of all.
create function job_history_find_v1(p_states text[], p_before bigint, p_floor bigint, p_limit int, p_queue text,
	p_handler text, p_created_from timestamptz, p_created_before timestamptz, p_due_from timestamptz,
	p_due_before timestamptz, p_finished_from timestamptz, p_finished_before timestamptz, p_headers text[], p_key text)
returns setof job_history language plpgsql stable
set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_incremental_sort = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
begin
	if 'succeeded' = any (p_states) then
		return query
			select h.* from job_history_succeeded h
			where h.id < p_before and h.id >= p_floor
				and (p_queue is null or h.queue = p_queue) and (p_handler is null or h.handler = p_handler)
				and (p_created_from is null or h.created_at >= p_created_from)
				and (p_created_before is null or h.created_at < p_created_before)
				and (p_due_from is null or h.run_at >= p_due_from) and (p_due_before is null or h.run_at < p_due_before)
				and (p_finished_from is null or h.finished_at >= p_finished_from)
				and (p_finished_before is null or h.finished_at < p_finished_before)
				and (cardinality(p_headers) = 0 or (h.headers is not null and not exists (
					select 1 from unnest(p_headers) as u(pair)
					where strpos(h.headers, '{' || u.pair) <> 1 and strpos(h.headers, ',' || u.pair) = 0)))
				and (p_key is null or h.limits::json ->> 'key' = p_key)
			order by h.id desc limit p_limit;
	end if;
	if 'failed' = any (p_states) then
		return query
			select h.* from job_history_failed h
			where h.id < p_before and h.id >= p_floor
				and (p_queue is null or h.queue = p_queue) and (p_handler is null or h.handler = p_handler)
				and (p_created_from is null or h.created_at >= p_created_from)
				and (p_created_before is null or h.created_at < p_created_before)
				and (p_due_from is null or h.run_at >= p_due_from) and (p_due_before is null or h.run_at < p_due_before)
				and (p_finished_from is null or h.finished_at >= p_finished_from)
				and (p_finished_before is null or h.finished_at < p_finished_before)
				and (cardinality(p_headers) = 0 or (h.headers is not null and not exists (
					select 1 from unnest(p_headers) as u(pair)
					where strpos(h.headers, '{' || u.pair) <> 1 and strpos(h.headers, ',' || u.pair) = 0)))
				and (p_key is null or h.limits::json ->> 'key' = p_key)
			order by h.id desc limit p_limit;
	end if;
	if 'cancelled' = any (p_states) then
		return query
			select h.* from job_history_cancelled h
			where h.id < p_before and h.id >= p_floor
				and (p_queue is null or h.queue = p_queue) and (p_handler is null or h.handler = p_handler)
				and (p_created_from is null or h.created_at >= p_created_from)
				and (p_created_before is null or h.created_at < p_created_before)
				and (p_due_from is null or h.run_at >= p_due_from) and (p_due_before is null or h.run_at < p_due_before)
				and (p_finished_from is null or h.finished_at >= p_finished_from)
				and (p_finished_before is null or h.finished_at < p_finished_before)
				and (cardinality(p_headers) = 0 or (h.headers is not null and not exists (
					select 1 from unnest(p_headers) as u(pair)
					where strpos(h.headers, '{' || u.pair) <> 1 and strpos(h.headers, ',' || u.pair) = 0)))
				and (p_key is null or h.limits::json ->> 'key' = p_key)
			order by h.id desc limit p_limit;
	end if;
end
$$;

select job_prepare_history_v1(3);

insert into job_schema (version, oldest_client) values (1, 1);
