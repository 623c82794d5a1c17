package io.jobqueue.store.postgres;

import io.jobqueue.store.internal.Explainer;

/**
 * The SQL of {@link PostgresJobAdmin}.
 * <p>
 * A job that is leased has the state {@code available} in its row until it has been
 * running for a while, so what people see as running is found in the leases. One that is
 * due has the state {@code scheduled} until somebody claims from its queue.
 */
final class AdminStatements {

	/** How many times the id of the job is a parameter of {@link #explain}. */
	static final int IDS_TO_EXPLAIN = 4;

	static final String HELD = """
			with held as materialized (select unnest(l.job_ids) as id, l.node from @.job_lease l)
			""";

	static final String LIVE = """
			select j.id, j.handler, j.queue,
				case when h.id is not null then 'running' when c.job_id is not null then 'cancelled'
					when j.state = 'parked' or (j.state = 'scheduled' and j.run_at <= statement_timestamp()) then 'available'
					else j.state end as state,
				j.rank, j.attempt, j.max_attempts, j.abandoned, j.arguments, j.headers, j.created_at, j.run_at,
				null::timestamptz as started_at, null::timestamptz as finished_at, h.node, j.progress_percent,
				j.progress_message, null::text as result, j.failures::text as failures, j.limits,
				j.deadline
			from @.job j left join held h on h.id = j.id left join @.job_cancel c on c.job_id = j.id
			""";

	static final String FINISHED_COLUMNS = """
			select f.id, f.handler, f.queue, f.state, f.rank, f.attempt, f.max_attempts, f.abandoned, f.arguments, f.headers,
				f.created_at, f.run_at, f.started_at, f.finished_at, f.node, null::smallint as progress_percent,
				null::text as progress_message, f.result,
				f.failures::text as failures, f.limits, null::timestamptz as deadline
			""";

	static final String FINISHED = FINISHED_COLUMNS + "from @.job_history f ";

	private static final String FIND_ONE = HELD + LIVE + "where j.id = ? union all " + FINISHED + "where f.id = ?";

	private static final String COUNT = HELD
			+ """
					select r.state, count(*) from (
						select case when h.id is not null then 'running' when c.job_id is not null then 'cancelled'
							when j.state = 'parked' or (j.state = 'scheduled' and j.run_at <= statement_timestamp()) then 'available'
							else j.state end as state
						from @.job j left join held h on h.id = j.id left join @.job_cancel c on c.job_id = j.id
						union all select f.state from @.job_history f
					) r group by r.state""";

	private static final String RETRY = """
			with back as (delete from @.job_history f where f.id = any (?) and f.state in ('failed', 'cancelled') returning f.*)
			insert into @.job (id, created_at, run_at, timeout_millis, rank, max_attempts, state, queue, handler, arguments,
				headers, backoff, failures, limits) overriding system value
			select b.id, b.created_at, statement_timestamp(), b.timeout_millis, b.rank, b.max_attempts,
				case when b.limits is null then 'available' else 'parked' end, b.queue,
				b.handler, b.arguments, b.headers, b.backoff, b.failures, b.limits
			from back b
			returning queue""";

	private static final String DELETE = HELD + """
			, asked as (select ?::bigint[] as ids), live as (
				delete from @.job j using asked a
				where j.id = any (a.ids) and j.state <> 'running' and j.id not in (select h.id from held h)
				returning j.id, j.queue
			), finished as (
				delete from @.job_history f using asked a where f.id = any (a.ids) returning f.id, f.queue
			), freed as (
				delete from @.job_unique u where (u.queue, u.handler, u.key) in (
					select d.queue, d.handler, d.key from @.job_unique d
					where d.until is not null and d.job_id in (select id from live union all select id from finished)
					for update skip locked)
			)
			select queue from live union all select queue from finished""";

	private static final String RESCHEDULE = HELD
			+ """
					, asked as (select ?::bigint[] as ids, ?::timestamptz as run_at)
					update @.job j set run_at = greatest(a.run_at, statement_timestamp()), deadline = null,
						state = case when a.run_at > statement_timestamp() then 'scheduled'
							when j.limits is null or j.state = 'available' then 'available' else 'parked' end
					from asked a
					where j.id = any (a.ids) and j.state in ('scheduled', 'available', 'parked') and j.id not in (select h.id from held h)
					returning j.queue""";

	private static final String MOVE = "select * from @.job_move_v1(?, ?)";

	private static final String CANCEL = """
			insert into @.job_cancel (job_id, queue) select j.id, j.queue from @.job j where j.id = any (?)
			on conflict (job_id) do update set requested_at = excluded.requested_at
			returning queue""";

	private static final String LOCK_QUEUES = "select @.job_lock_queues_v1(?)";

	private static final String PAUSE = """
			insert into @.job_queue as q (name, paused_at) select p.name, case when p.paused then statement_timestamp() end
			from (select ?::text as name, ?::boolean as paused) p
			on conflict (name) do update set paused_at = excluded.paused_at""";

	private static final String LIMIT = """
			insert into @.job_limit as l (queue, scope, handler, by_hand, max_concurrent, permits, period_millis, burst)
			values (?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (queue, scope, handler) do update set by_hand = excluded.by_hand,
				max_concurrent = excluded.max_concurrent, permits = excluded.permits,
				period_millis = excluded.period_millis, burst = excluded.burst
			where excluded.by_hand or not l.by_hand""";

	private static final String REMOVE_LIMIT = """
			delete from @.job_limit l where l.queue = ? and l.scope = ? and l.handler = ? and (? or not l.by_hand)""";

	private static final String LIMITS = """
			select l.queue, l.scope, l.handler, l.max_concurrent, l.permits, l.period_millis, l.burst from @.job_limit l""";

	// Whoever waits at a gate whose limit has changed may go.
	private static final String SIGNAL_GATES = """
			insert into @.job_gate_signal (queue, key, handler)
			select distinct g.queue, case when g.stage = 0 then g.key end, case when g.stage = 1 then g.handler end
			from @.job_gate g where g.queue = ? and g.stage in (0, 1) and g.parked""";

	private static final String QUEUES = "select * from @.job_queue_status_v1()";

	private static final String NODES = """
			select n.id, n.name, n.started_at, n.seen_at, n.queues, n.handlers, array(
				select j.id from @.job_lease l cross join unnest(l.job_ids) as u(id) join @.job j on j.id = u.id
				where l.node = n.id order by j.id limit 1000)
			from @.job_node n order by n.started_at, n.id""";

	private static final String NODES_WITHOUT_JOBS = """
			select n.id, n.name, n.started_at, n.seen_at, n.queues, n.handlers, '{}'::bigint[]
			from @.job_node n order by n.started_at, n.id""";

	private static final String LIMIT_OF_QUEUE = LIMITS
			+ " where l.queue = (select j.queue from @.job j where j.id = ?) and l.scope = 'queue'";

	private static final String HELD_BY = """
			select j.id, j.handler, j.queue, l.claimed_at
			from @.job_lease l cross join unnest(l.job_ids) as u(id) join @.job j on j.id = u.id
			where l.node = ? order by l.claimed_at, j.id limit ?""";

	// The walk goes back from the job along job_ready, and so not over the dead entries
	// at its beginning. Limits are written out, because the plan for any limit looks so
	// dear that the server would make a new one each time.
	private static final String FACTS = """
			select exists (select 1 from @.job_queue q where q.name = j.queue and q.paused_at is not null) as paused,
				exists (select 1 from @.job_cancel c where c.job_id = j.id) as cancelling,
				(select l.claimed_at from @.job_lease l where l.queue = j.queue and j.id = any (l.job_ids) limit 1) as claimed_at,
				(select count(*) from (
					select 1 from @.job a
					where a.queue = j.queue and a.state = 'available' and a.abandoned = 0 and (a.rank, a.id) < (j.rank, j.id)
						and a.id not in (select unnest(l.job_ids) from @.job_lease l where not l.marked)
					order by a.queue desc, a.rank desc, a.id desc limit %1$d) x) as ahead,
				g.stage <= 0 and g.key is not null as of_key, g.key as gate_key, g.handler as gate_handler,
				case when g.stage <= 0 and g.key is not null then array(
					select o.job_id from @.job_gate o where o.queue = g.queue and o.key = g.key and o.stage > 0 limit %2$d)
				when g.parked then array(
					select o.job_id from @.job_gate o where o.queue = g.queue and o.handler = g.handler and o.stage = 2 limit %2$d)
				end as holders
			from @.job j left join @.job_gate g on g.job_id = j.id and g.parked
			where j.id = ?"""
		.formatted(Explainer.MAX_AHEAD + 1, Explainer.MAX_HOLDERS);

	// One statement after the other, sent together.
	private static final String EXPLAIN = String.join(";", FIND_ONE, NODES_WITHOUT_JOBS, LIMIT_OF_QUEUE, FACTS);

	final String findOne;

	final String count;

	final String retry;

	final String delete;

	final String reschedule;

	final String move;

	final String cancel;

	final String lockQueues;

	final String pause;

	final String limit;

	final String removeLimit;

	final String limits;

	final String signalGates;

	final String queues;

	final String nodes;

	final String heldBy;

	final String explain;

	AdminStatements(PostgresOptions options) {
		this.findOne = options.qualify(FIND_ONE);
		this.count = options.qualify(COUNT);
		this.retry = options.qualify(RETRY);
		this.delete = options.qualify(DELETE);
		this.reschedule = options.qualify(RESCHEDULE);
		this.move = options.qualify(MOVE);
		this.cancel = options.qualify(CANCEL);
		this.lockQueues = options.qualify(LOCK_QUEUES);
		this.pause = options.qualify(PAUSE);
		this.limit = options.qualify(LIMIT);
		this.removeLimit = options.qualify(REMOVE_LIMIT);
		this.limits = options.qualify(LIMITS);
		this.signalGates = options.qualify(SIGNAL_GATES);
		this.queues = options.qualify(QUEUES);
		this.nodes = options.qualify(NODES);
		this.heldBy = options.qualify(HELD_BY);
		this.explain = options.qualify(EXPLAIN);
	}

}
