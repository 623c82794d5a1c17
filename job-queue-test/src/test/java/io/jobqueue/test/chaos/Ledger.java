package io.jobqueue.test.chaos;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.jobqueue.store.Rescue;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

/**
 * What was asked for, kept in memory, and what has become of it, kept in the database
 * beside the jobs. A job is known by its key, its only argument, because the answer that
 * would tell its id may be lost.
 */
final class Ledger {

	private static final String TABLES = """
			create table %1$s.ledger_run (
				id bigint generated always as identity primary key, job_id bigint not null, job_key bigint not null,
				node text not null, started timestamptz not null default clock_timestamp(), finished timestamptz,
				outcome text);
			create table %1$s.ledger_effect (job_key bigint not null, node text not null);
			create table %1$s.ledger_order (job_key bigint not null);
			create table %1$s.ledger_gate (job_key bigint not null, node text not null)""";

	private static final String JOBS = """
			select j.*, array(select (f ->> 'at')::timestamptz from jsonb_array_elements(coalesce(j.failures, '[]')) as f)
			from (
				select id, arguments, state, abandoned, failures, finished_at from job_history
				union all select id, arguments, state, abandoned, failures, null from job) as j""";

	private static final String RUNS = """
			select job_key, job_id, node, started, finished, outcome from ledger_run order by id""";

	private static final String ORPHANS = """
			select (j.arguments::json ->> 0)::bigint from job_node n join job_lease l on l.node = n.id
				join job j on j.id = any (l.job_ids)
			where n.name = ?""";

	private static final String DEAD_LEASES = """
			select count(*) from job_lease l where not exists (select 1 from job_node n where n.id = l.node)""";

	private static final int KEPT_FAILURES = 10;

	private final SortedMap<Long, Entry> entries = new ConcurrentSkipListMap<>();

	private final String schema;

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	Ledger(ChaosServer server, String schema) throws SQLException {
		this.schema = schema;
		PostgresOptions options = PostgresOptions.DEFAULT.withSchema(schema);
		new PostgresSchema(server.dataSource("chaos-control"), options).migrate();
		server.execute(TABLES.formatted(schema));
		this.dataSource = new SchemaDataSource(server.dataSource("chaos-control"), schema);
		this.jdbc = new JdbcTemplate(this.dataSource);
	}

	String schema() {
		return this.schema;
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	void record(long key, JobKind kind, Fate fate, boolean hasOrder) {
		this.entries.put(key, new Entry(key, kind, fate, hasOrder));
	}

	SortedMap<Long, Entry> entries() {
		return this.entries;
	}

	Map<Long, List<Job>> jobs() {
		return this.jdbc.query(JOBS, (row, n) -> {
			String arguments = row.getString("arguments");
			Timestamp[] failedAt = (Timestamp[]) row.getArray(7).getArray();
			return new Job(Long.parseLong(arguments.substring(1, arguments.length() - 1)), row.getLong("id"),
					row.getString("state"), row.getInt("abandoned"), String.valueOf(row.getString("failures")),
					Arrays.stream(failedAt).map(Timestamp::toInstant).toList(), instant(row, 6));
		}).stream().collect(Collectors.groupingBy(Job::key));
	}

	Map<Long, List<Run>> runs() {
		return this.jdbc
			.query(RUNS,
					(row, n) -> new Run(row.getLong(1), row.getLong(2), row.getString(3), instant(row, 4),
							instant(row, 5), String.valueOf(row.getString(6))))
			.stream()
			.collect(Collectors.groupingBy(Run::key));
	}

	private static Instant instant(ResultSet row, int column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	Map<Long, Integer> counts(String table) {
		Map<Long, Integer> counts = new ConcurrentHashMap<>();
		this.jdbc.queryForList("select job_key from " + table, Long.class)
			.forEach((key) -> counts.merge(key, 1, Integer::sum));
		return counts;
	}

	/**
	 * Return the keys of the jobs that are leased to a node.
	 */
	List<Long> leased(String node) {
		return this.jdbc.queryForList(ORPHANS, Long.class, node);
	}

	/**
	 * Let jobs that wait for their gate on some nodes go on there.
	 */
	void open(List<Long> keys, String... nodes) {
		keys.forEach((key) -> List.of(nodes)
			.forEach((node) -> this.jdbc.update("insert into ledger_gate (job_key, node) values (?, ?)", key, node)));
	}

	/**
	 * Return the keys of the jobs of which a node has a run with an outcome.
	 */
	List<Long> runs(String node, String outcome) {
		return this.jdbc.queryForList("select job_key from ledger_run where node = ? and outcome = ? order by job_key",
				Long.class, node, outcome);
	}

	/**
	 * Return which nodes have left an effect of a job.
	 */
	List<String> effects(long key) {
		return this.jdbc.queryForList("select node from ledger_effect where job_key = ?", String.class, key);
	}

	/**
	 * Return which node of those that are there has finished a job.
	 */
	List<String> finishers(long key) {
		return this.jdbc.queryForList(
				"select n.name from job_history h join job_node n on n.id = h.node where h.arguments = ?", String.class,
				"[" + key + "]");
	}

	/**
	 * Return whether more jobs than that are not finished; {@code false} if the server is
	 * down.
	 */
	boolean hasBacklog(int limit) {
		try {
			return liveJobs() > limit;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	long liveJobs() {
		return this.jdbc.queryForObject("select count(*) from job", Long.class);
	}

	long leasesOfDeadNodes() {
		return this.jdbc.queryForObject(DEAD_LEASES, Long.class);
	}

	List<String> nodes() {
		return this.jdbc.queryForList("select name from job_node order by name", String.class);
	}

	/**
	 * What the producer knows of a job.
	 */
	enum Fate {

		/** The store has it. */
		ACCEPTED,

		/** The answer was lost: it may exist or not. */
		UNKNOWN,

		/** It was rolled back: it must not exist. */
		ROLLED_BACK

	}

	/**
	 * One attempt to enqueue.
	 *
	 * @param key the key of the job
	 * @param kind the kind of the job
	 * @param fate what the producer knows
	 * @param hasOrder whether the same transaction has written an order
	 */
	record Entry(long key, JobKind kind, Fate fate, boolean hasOrder) {
	}

	/**
	 * A job in the store.
	 *
	 * @param key the key
	 * @param id the id
	 * @param state the state
	 * @param abandoned how often its node has died
	 * @param failures the failures of its attempts
	 * @param failedAt the times of the failures that are kept
	 * @param finishedAt when it was finished, {@code null} if it is not
	 */
	record Job(long key, long id, String state, int abandoned, String failures, List<Instant> failedAt,
			Instant finishedAt) {

		boolean isAbandoned() {
			return this.state.equals("failed") && this.failures.contains(Rescue.ABANDONED);
		}

		/**
		 * Return whether an attempt has failed in a time, or may have so long ago that it
		 * is not kept.
		 */
		boolean hasFailed(Instant from, Instant to) {
			boolean isKept = this.failedAt.size() < KEPT_FAILURES || this.failedAt.get(0).isBefore(from);
			return !isKept || this.failedAt.stream().anyMatch((at) -> at.isAfter(from) && at.isBefore(to));
		}

		boolean mayHaveSucceededBy(Run run) {
			return this.state.equals("succeeded") && run.isOk() && !run.finished().isAfter(this.finishedAt);
		}

	}

	/**
	 * One run of a handler.
	 *
	 * @param key the key of the job
	 * @param job the id of the job
	 * @param node the name of the node
	 * @param started when it began
	 * @param finished when it ended, {@code null} if nobody could say so
	 * @param outcome how it ended; {@code "null"} if nobody could say so
	 */
	record Run(long key, long job, String node, Instant started, Instant finished, String outcome) {

		boolean isOk() {
			return this.outcome.equals("ok");
		}

	}

}
