package io.jobqueue.store.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;
import io.jobqueue.store.internal.Arrival;

/**
 * The definitions of recurring jobs in a table. To fire is a transaction of three
 * statements for a whole batch: the definitions that are still as they were read, the
 * jobs, and which jobs those are.
 */
final class PostgresRecurringDefinitions implements RecurringDefinitions {

	private final CallerConnection caller;

	private final OwnConnection own;

	private final EnqueueCall enqueue;

	private final Signals signals;

	private final RecurringStatements sql;

	PostgresRecurringDefinitions(CallerConnection caller, OwnConnection own, EnqueueCall enqueue, Signals signals,
			PostgresOptions options) {
		this.caller = caller;
		this.own = own;
		this.enqueue = enqueue;
		this.signals = signals;
		this.sql = new RecurringStatements(options);
	}

	@Override
	public RecurringLook look(int limit) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.look);
			statement.setInt(1, limit);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				Instant now = rows.getObject("time", OffsetDateTime.class).toInstant();
				Instant lookAt = instant(rows, "look_at");
				List<RecurringDefinition> due = new ArrayList<>();
				do {
					if (rows.getString("name") != null) {
						due.add(read(rows));
					}
				}
				while (rows.next());
				return new RecurringLook(now, due, lookAt);
			}
		});
	}

	@Override
	public Map<String, List<JobId>> fire(List<RecurringChange> changes) {
		if (changes.isEmpty()) {
			return Map.of();
		}
		Map<String, RecurringChange> byName = new LinkedHashMap<>();
		changes.forEach((change) -> byName.put(change.before().name(), change));
		Map<String, List<JobId>> fired = this.own.callInTransaction((connection) -> fire(connection, byName));
		List<NewJob> enqueued = new ArrayList<>();
		fired.forEach((name, ids) -> {
			RecurringChange change = byName.get(name);
			if (change != null && !ids.isEmpty()) {
				enqueued.addAll(change.jobs());
			}
		});
		this.signals.enqueued(Arrival.of(enqueued), false);
		return fired;
	}

	private Map<String, List<JobId>> fire(Connection connection, Map<String, RecurringChange> changes)
			throws SQLException {
		Map<String, List<JobId>> fired = new LinkedHashMap<>();
		take(connection, List.copyOf(changes.values())).forEach((name) -> fired.put(name, new ArrayList<>()));
		List<NewJob> jobs = new ArrayList<>();
		List<List<JobId>> owners = new ArrayList<>();
		fired.forEach((name, ids) -> {
			RecurringChange change = changes.get(name);
			if (change != null) {
				change.jobs().forEach((job) -> {
					jobs.add(job);
					owners.add(ids);
				});
			}
		});
		if (!jobs.isEmpty()) {
			List<JobId> ids = this.enqueue.execute(connection, jobs);
			for (int i = 0; i < ids.size(); i++) {
				owners.get(i).add(ids.get(i));
			}
			setLastJobs(connection, fired);
		}
		return fired;
	}

	private List<String> take(Connection connection, List<RecurringChange> changes) throws SQLException {
		PreparedStatement statement = this.own.prepare(connection, this.sql.take);
		List<RecurringDefinition> before = SqlArrays.column(changes, RecurringChange::before);
		Array names = SqlArrays.texts(connection, SqlArrays.column(before, RecurringDefinition::name));
		statement.setArray(1, names);
		statement.setArray(2, names);
		statement.setArray(3, SqlArrays.longs(connection, SqlArrays.column(before, RecurringDefinition::version)));
		bindState(statement, connection, 4, SqlArrays.column(changes, RecurringChange::after));
		return SqlQuery.list(statement, (row) -> row.getString(1));
	}

	private void setLastJobs(Connection connection, Map<String, List<JobId>> fired) throws SQLException {
		List<String> names = new ArrayList<>();
		List<Long> last = new ArrayList<>();
		fired.forEach((name, ids) -> {
			if (!ids.isEmpty()) {
				names.add(name);
				last.add(ids.get(ids.size() - 1).value());
			}
		});
		PreparedStatement statement = this.own.prepare(connection, this.sql.setLastJobs);
		statement.setArray(1, SqlArrays.texts(connection, names));
		statement.setArray(2, SqlArrays.longs(connection, last));
		statement.executeUpdate();
	}

	@Override
	public Set<String> createAll(Collection<RecurringDefinition> definitions) {
		List<RecurringDefinition> all = List.copyOf(definitions);
		return Set.copyOf(change("accept recurring jobs", this.sql.create, (statement, connection) -> {
			statement.setArray(1, SqlArrays.texts(connection, SqlArrays.column(all, RecurringDefinition::name)));
			statement.setArray(2, SqlArrays.texts(connection, SqlArrays.column(all, RecurringDefinition::queue)));
			statement.setArray(3, SqlArrays.longs(connection,
					SqlArrays.column(all, (one) -> (one.lastJob() != null) ? one.lastJob().value() : null)));
			bindState(statement, connection, 4, all);
		}));
	}

	// What changes with each firing, from the given parameter on.
	private static void bindState(PreparedStatement statement, Connection connection, int first,
			List<RecurringDefinition> all) throws SQLException {
		int n = first;
		statement.setArray(n++, SqlArrays.longs(connection, SqlArrays.column(all, RecurringDefinition::version)));
		statement.setArray(n++, SqlArrays.times(connection, SqlArrays.column(all, RecurringDefinition::dueAt)));
		statement.setArray(n++, SqlArrays.times(connection, SqlArrays.column(all, RecurringDefinition::nextAt)));
		statement.setArray(n++, SqlArrays.times(connection, SqlArrays.column(all, RecurringDefinition::lastAt)));
		statement.setArray(n, SqlArrays.texts(connection, SqlArrays.column(all, RecurringDefinition::content)));
	}

	@Override
	public boolean replace(RecurringDefinition before, RecurringDefinition after) {
		return !change("change the recurring job", this.sql.replace, (statement, connection) -> {
			statement.setLong(1, after.version());
			setTime(statement, 2, after.dueAt());
			setTime(statement, 3, after.nextAt());
			setTime(statement, 4, after.lastAt());
			statement.setString(5, after.content());
			statement.setString(6, before.name());
			statement.setLong(7, before.version());
		}).isEmpty();
	}

	@Override
	public boolean remove(RecurringDefinition definition) {
		return !change("remove the recurring job", this.sql.remove, (statement, connection) -> {
			statement.setString(1, definition.name());
			statement.setLong(2, definition.version());
		}).isEmpty();
	}

	private List<String> change(String what, String text, SqlQuery.Binder binder) {
		boolean isInTransaction = this.caller.isInTransaction();
		List<String> changed = this.caller.callReadCommitted(what,
				(connection) -> SqlQuery.list(connection, text, binder, (row) -> row.getString(1)));
		if (!changed.isEmpty()) {
			this.signals.recurringChanged(isInTransaction);
		}
		return changed;
	}

	@Override
	public Map<String, RecurringDefinition> findAll(Collection<String> names) {
		return read(this.sql.find,
				(statement, connection) -> statement.setArray(1, SqlArrays.texts(connection, List.copyOf(names))))
			.stream()
			.collect(Collectors.toMap(RecurringDefinition::name, Function.identity()));
	}

	@Override
	public List<RecurringDefinition> all() {
		return read(this.sql.all, SqlQuery.Binder.NONE);
	}

	private List<RecurringDefinition> read(String text, SqlQuery.Binder binder) {
		return this.caller.callReadCommitted("find recurring jobs",
				(connection) -> SqlQuery.list(connection, text, binder, PostgresRecurringDefinitions::read));
	}

	@Override
	public Set<JobId> live(Collection<JobId> jobs) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.live);
			statement.setArray(1, SqlArrays.longs(connection, jobs.stream().map(JobId::value).toList()));
			return Set.copyOf(SqlQuery.list(statement, (row) -> JobId.of(row.getLong(1))));
		});
	}

	@Override
	public Set<String> declare(Collection<String> names, Duration silence) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.declare);
			Array declared = SqlArrays.texts(connection, List.copyOf(names));
			statement.setArray(1, declared);
			statement.setLong(2, silence.toMillis());
			statement.setArray(3, declared);
			return Set.copyOf(SqlQuery.list(statement, (row) -> row.getString(1)));
		});
	}

	@Override
	public void undeclare(Collection<String> names) {
		this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.undeclare);
			statement.setArray(1, SqlArrays.texts(connection, List.copyOf(names)));
			return statement.executeUpdate();
		});
	}

	private static RecurringDefinition read(ResultSet row) throws SQLException {
		long lastJob = row.getLong("last_job");
		JobId last = row.wasNull() ? null : JobId.of(lastJob);
		return new RecurringDefinition(row.getString("name"), row.getString("queue"), row.getLong("version"),
				instant(row, "due_at"), instant(row, "next_at"), instant(row, "last_at"), last,
				row.getString("content"));
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private static void setTime(PreparedStatement statement, int index, @Nullable Instant time) throws SQLException {
		statement.setObject(index, (time != null) ? time.atOffset(ZoneOffset.UTC) : null,
				Types.TIMESTAMP_WITH_TIMEZONE);
	}

}
