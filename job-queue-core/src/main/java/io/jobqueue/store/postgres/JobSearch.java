package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobCount;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobPage;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.TimeRange;
import io.jobqueue.serialization.JobHeaders;

/**
 * A search for the jobs that pass a filter, newest first, in two steps. The first one
 * bounds the second.
 * <ul>
 * <li>If an index tells that only few live jobs can pass, those are looked at, wherever
 * they are.</li>
 * <li>Otherwise the search walks back along the ids. The first step finds how far it may
 * go: down to the id that has as many jobs before it as may be looked at, in the live
 * jobs or in the tables of finished ones, whichever comes first. What is below is left to
 * the next page.</li>
 * </ul>
 */
final class JobSearch {

	/**
	 * How many live jobs are few. Each of them is looked up by its id.
	 */
	private static final int FEW = 5_000;

	/**
	 * How many jobs to look at first for each that is wanted. Most searches end there.
	 */
	private static final int FIRST_WINDOW = 4;

	/**
	 * The same for those that are counted.
	 */
	private static final int FIRST_COUNT = 2;

	private static final String READY = """
			(select j.id from @.job j where j.state = 'available' and j.abandoned %s 0 and (%s)
				order by j.queue desc, j.rank desc, j.id desc limit %d)""";

	private static final String SCHEDULED = """
			(select j.id from @.job j where j.state = 'scheduled' and (%s) order by j.queue, j.run_at limit %d)""";

	private static final String PARKED = "(select g.job_id from @.job_gate g where g.parked and (%s) limit %d)";

	private static final String LEASED = """
			(select u.id from @.job_lease l cross join unnest(l.job_ids) as u(id) where (%s) limit %d)""";

	private static final String CANCELLED = "(select c.job_id from @.job_cancel c where (%s) limit %d)";

	private final PostgresOptions options;

	private final JobFilter filter;

	private long before;

	private @Nullable Boolean isFew;

	private final boolean seeksLive;

	private final List<String> finishedStates;

	JobSearch(PostgresOptions options, JobFilter filter, @Nullable JobId before) {
		this.options = options;
		this.filter = filter;
		this.before = (before != null) ? before.value() : Long.MAX_VALUE;
		// A job that waits, and whose cancellation was asked for, is shown as cancelled.
		this.seeksLive = filter.finished().isAny() && Arrays.stream(JobState.values())
			.anyMatch((state) -> filter.includes(state) && (!state.isFinished() || state == JobState.CANCELLED));
		this.finishedStates = Arrays.stream(JobState.values())
			.filter((state) -> state.isFinished() && filter.includes(state))
			.map((state) -> state.name().toLowerCase(Locale.ROOT))
			.toList();
	}

	JobPage page(Connection connection, int limit) throws SQLException {
		List<JobRecord> jobs = new ArrayList<>();
		int left = mayBeExamined();
		int size = Math.min(limit * FIRST_WINDOW, left);
		Window window;
		do {
			left -= size;
			window = window(connection, size);
			read(connection, window, limit + 1 - jobs.size(), jobs);
			if (jobs.size() > limit) {
				return new JobPage(jobs.subList(0, limit), jobs.get(limit - 1).id());
			}
			if (window.floor() != null) {
				this.before = window.floor();
			}
			size = left;
		}
		while (window.floor() != null && left > 0);
		return new JobPage(jobs, (window.floor() != null) ? JobId.of(window.floor()) : null);
	}

	// To compare jobs with a filter takes longer than to find those of some states.
	private int mayBeExamined() {
		return JobFilter.all().states(this.filter.states()).equals(this.filter) ? JobAdmin.MAX_EXAMINED
				: JobAdmin.MAX_EXAMINED / 2;
	}

	private void read(Connection connection, Window window, int limit, List<JobRecord> jobs) throws SQLException {
		Query query = new Query();
		query.sql(AdminStatements.HELD + "select * from (");
		appendHalves(query, window, "*", limit);
		query.sql(") r order by id desc limit " + limit);
		query.execute(connection, (row) -> jobs.add(JobRows.read(row)));
	}

	JobCount count(Connection connection, int limit) throws SQLException {
		long count = 0;
		int left = mayBeExamined();
		int size = Math.min(limit * FIRST_COUNT, left);
		Window window;
		do {
			left -= size;
			window = window(connection, size);
			count += count(connection, window, limit + 1 - count);
			if (count > limit) {
				return new JobCount(limit, false);
			}
			if (window.floor() != null) {
				this.before = window.floor();
			}
			size = left;
		}
		while (window.floor() != null && left > 0);
		return new JobCount(count, window.floor() == null);
	}

	private long count(Connection connection, Window window, long limit) throws SQLException {
		Query query = new Query();
		query.sql(AdminStatements.HELD + "select count(*) from (");
		appendHalves(query, window, "r.id", limit);
		query.sql(") r");
		long[] count = new long[1];
		query.execute(connection, (row) -> count[0] = row.getLong(1));
		return count[0];
	}

	private Window window(Connection connection, int size) throws SQLException {
		// Whether few jobs can pass is asked once.
		String candidates = (this.isFew == null) ? candidates() : null;
		Query query = new Query();
		query.sql("select w.few, ");
		if (this.seeksLive) {
			query.sql("case when not w.few then (select x.id from @.job x where x.id < ? order by x.id desc offset "
					+ (size - 1) + " limit 1) end", this.before);
		}
		else {
			query.sql("null::bigint");
		}
		query.sql(", @.job_history_floor_v1('" + finishedStates() + "', ?, " + size + ") from (select ", this.before);
		if (candidates != null) {
			query.sql("count(*) <= " + FEW + " from (select 1 from (" + candidates + ") u limit " + (FEW + 1) + ") c");
			bindCandidates(query);
		}
		else {
			query.sql(Boolean.TRUE.equals(this.isFew) ? "true" : "false");
		}
		query.sql(") as w(few)");
		Window[] window = new Window[1];
		query.execute(connection, (row) -> window[0] = Window.read(row));
		this.isFew = window[0].isFew();
		return window[0];
	}

	private String finishedStates() {
		return "{" + String.join(",", this.finishedStates) + "}";
	}

	/**
	 * Return a query for all live jobs that can pass, along indexes, or {@code null} if
	 * nearly all of them can. Each part is ordered as its index is, so that none other
	 * will do.
	 */
	private @Nullable String candidates() {
		boolean isNarrow = this.filter.queue() != null || !(this.filter.includes(JobState.AVAILABLE)
				&& this.filter.includes(JobState.SCHEDULED) && this.filter.includes(JobState.RUNNING));
		if (!this.seeksLive || !isNarrow) {
			return null;
		}
		String queue = (this.filter.queue() != null) ? ".queue = ?" : null;
		List<String> parts = new ArrayList<>();
		if (this.filter.includes(JobState.AVAILABLE)) {
			parts.add(READY.formatted("=", condition("j", queue), FEW + 1));
			parts.add(READY.formatted(">", condition("j", queue), FEW + 1));
			parts.add(PARKED.formatted(condition("g", queue), FEW + 1));
		}
		if (this.filter.includes(JobState.SCHEDULED)) {
			parts.add(SCHEDULED.formatted(condition("j", queue), FEW + 1));
		}
		else if (this.filter.includes(JobState.AVAILABLE)) {
			parts.add(SCHEDULED.formatted(condition("j", queue) + " and j.run_at <= statement_timestamp()", FEW + 1));
		}
		if (this.filter.includes(JobState.RUNNING)) {
			parts.add(LEASED.formatted(condition("l", queue), FEW + 1));
		}
		if (this.filter.includes(JobState.CANCELLED)) {
			parts.add(CANCELLED.formatted(condition("c", queue), FEW + 1));
		}
		return parts.isEmpty() ? null : parts.stream().collect(Collectors.joining(" union all "));
	}

	private static String condition(String alias, @Nullable String condition) {
		return (condition != null) ? alias + condition : "true";
	}

	private void bindCandidates(Query query) {
		String queue = this.filter.queue();
		if (queue != null) {
			long parameters = String.valueOf(candidates()).chars().filter((letter) -> letter == '?').count();
			for (long i = 0; i < parameters; i++) {
				query.bind(queue);
			}
		}
	}

	private void appendHalves(Query query, Window window, String columns, long limit) {
		List<String> halves = new ArrayList<>();
		if (this.seeksLive) {
			query.sql("(select " + columns + " from (" + AdminStatements.LIVE + "where true");
			appendStored(query);
			query.sql(") r where true");
			if (window.isFew()) {
				query.sql(" and r.id = any (array(" + candidates() + "))");
				bindCandidates(query);
			}
			appendConditions(query, window, limit);
			halves.add("live");
		}
		if (!this.finishedStates.isEmpty()) {
			query.sql((halves.isEmpty() ? "" : " union all ") + "(select " + columns + " from ("
					+ AdminStatements.FINISHED_COLUMNS);
			appendFinished(query, window, limit);
			query.sql(") r)");
		}
		else if (halves.isEmpty()) {
			// No job is in such a state and has such an end.
			query.sql("select " + columns + " from (" + AdminStatements.LIVE + ") r where false");
		}
	}

	private void appendFinished(Query query, Window window, long limit) {
		query.sql("from @.job_history_find_v1('" + finishedStates() + "', ?, ?, " + limit
				+ ", ?::text, ?::text, ?::timestamptz, ?::timestamptz, ?::timestamptz, ?::timestamptz, ?::timestamptz,"
				+ " ?::timestamptz, ?::text[], ?::text) f", this.before, (window.floor() != null) ? window.floor() : 0,
				this.filter.queue(), this.filter.handler(), this.filter.created().from(),
				this.filter.created().before(), this.filter.due().from(), this.filter.due().before(),
				this.filter.finished().from(), this.filter.finished().before(),
				this.filter.headers()
					.entrySet()
					.stream()
					.map((header) -> pair(header.getKey(), header.getValue()))
					.toArray(String[]::new),
				this.filter.concurrencyKey());
	}

	// What is stored tells enough of most jobs to leave them out before their leases are
	// looked at.
	private void appendStored(Query query) {
		if (!this.filter.includes(JobState.RUNNING) && !this.filter.includes(JobState.CANCELLED)) {
			query.sql(this.filter.includes(JobState.AVAILABLE) ? " and j.state in ('available', 'parked', 'scheduled')"
					: " and j.state = 'scheduled'");
		}
	}

	private void appendConditions(Query query, Window window, long limit) {
		query.sql(" and r.id < ?", this.before);
		if (window.floor() != null) {
			query.sql(" and r.id >= ?", window.floor());
		}
		query.sql(" and r.state in (" + Arrays.stream(JobState.values())
			.filter(this.filter::includes)
			.map((state) -> "'" + state.name().toLowerCase(Locale.ROOT) + "'")
			.collect(Collectors.joining(", ")) + ")");
		if (this.filter.queue() != null) {
			query.sql(" and r.queue = ?", this.filter.queue());
		}
		if (this.filter.handler() != null) {
			query.sql(" and r.handler = ?", this.filter.handler());
		}
		appendRange(query, "r.created_at", this.filter.created());
		appendRange(query, "r.run_at", this.filter.due());
		this.filter.headers().forEach((name, value) -> appendHeader(query, name, value));
		if (this.filter.concurrencyKey() != null) {
			query.sql(" and r.limits::json ->> 'key' = ?", this.filter.concurrencyKey());
		}
		query.sql(" order by r.id desc limit " + limit + ")");
	}

	private static void appendRange(Query query, String column, TimeRange range) {
		if (range.from() != null) {
			query.sql(" and " + column + " >= ?", range.from());
		}
		if (range.before() != null) {
			query.sql(" and " + column + " < ?", range.before());
		}
	}

	// The text of a pair is looked for in the text of all headers, which is always
	// written
	// in the same way, and never has a pair at another place: quotes in it are escaped.
	private static void appendHeader(Query query, String name, String value) {
		String pair = pair(name, value);
		query.sql(" and (strpos(r.headers, ?) = 1 or strpos(r.headers, ?) > 0)", "{" + pair, "," + pair);
	}

	private static String pair(String name, String value) {
		String written = String.valueOf(JobHeaders.write(Map.of(name, value)));
		return written.substring(1, written.length() - 1);
	}

	/**
	 * How far a search goes.
	 *
	 * @param floor the least id to look at; {@code null} for all
	 * @param isFew whether few live jobs can pass
	 */
	private record Window(@Nullable Long floor, boolean isFew) {

		static Window read(ResultSet row) throws SQLException {
			Long live = row.getObject(2, Long.class);
			Long finished = row.getObject(3, Long.class);
			return new Window((live == null || (finished != null && finished > live)) ? finished : live,
					row.getBoolean(1));
		}

	}

	/**
	 * What is done with a row.
	 */
	@FunctionalInterface
	private interface RowCallback {

		void read(ResultSet row) throws SQLException;

	}

	/**
	 * A statement that is put together of parts and their parameters.
	 */
	private final class Query {

		private final StringBuilder text = new StringBuilder();

		private final List<@Nullable Object> values = new ArrayList<>();

		void sql(String part, @Nullable Object... parameters) {
			this.text.append(part);
			this.values.addAll(Arrays.asList(parameters));
		}

		void bind(Object value) {
			this.values.add(value);
		}

		void execute(Connection connection, RowCallback callback) throws SQLException {
			try (PreparedStatement statement = connection
				.prepareStatement(JobSearch.this.options.qualify(this.text.toString()))) {
				for (int i = 0; i < this.values.size(); i++) {
					Object value = this.values.get(i);
					statement.setObject(i + 1, (value instanceof Instant time) ? time.atOffset(ZoneOffset.UTC) : value);
				}
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						callback.read(rows);
					}
				}
			}
		}

	}

}
