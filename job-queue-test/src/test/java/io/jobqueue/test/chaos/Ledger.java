package io.jobqueue.test.chaos;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

import io.jobqueue.store.Rescue;

/**
 * What was asked for, kept in memory, and what handlers have done, kept in a database: in
 * that of the jobs, if they are in one, so that both commit together. A job is known by
 * its key, its only argument, because the answer that would tell its id may be lost.
 */
final class Ledger {

	private static final String TABLES = """
			create table ledger_run (
				id bigint generated always as identity primary key, job_id bigint not null, job_key bigint not null,
				node text not null, started timestamptz not null default clock_timestamp(), finished timestamptz,
				outcome text);
			create table ledger_effect (job_key bigint not null, node text not null);
			create table ledger_order (job_key bigint not null);
			create table ledger_gate (job_key bigint not null, node text not null)""";

	private static final String RUNS = """
			select job_key, job_id, node, started, finished, outcome from ledger_run order by id""";

	private static final int KEPT_FAILURES = 10;

	private final SortedMap<Long, Entry> entries = new ConcurrentSkipListMap<>();

	private final JdbcTemplate jdbc;

	Ledger(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.jdbc.execute(TABLES);
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	void record(long key, JobKind kind, Fate fate, boolean hasOrder) {
		this.entries.put(key, new Entry(key, kind, fate, hasOrder, Instant.now()));
	}

	SortedMap<Long, Entry> entries() {
		return this.entries;
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
	 * @param at when the producer knew
	 */
	record Entry(long key, JobKind kind, Fate fate, boolean hasOrder, Instant at) {
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
	 * @param finisher the name of the node that has finished it, if that is still there
	 */
	record Job(long key, long id, String state, int abandoned, String failures, List<Instant> failedAt,
			Instant finishedAt, String finisher) {

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
