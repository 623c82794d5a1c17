package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.internal.Arrival;

/**
 * Workflows in their tables. The trigger {@code job_task_ended} writes the signals. What
 * nodes do for workflows goes through a connection of its own, which is opened when the
 * first node looks.
 */
final class PostgresWorkflows implements WorkflowRecords {

	private final CallerConnection caller;

	private final OwnConnection own;

	private final EnqueueCall enqueue;

	private final Signals signals;

	private final WorkflowStatements sql;

	private final boolean isCancelledKept;

	PostgresWorkflows(CallerConnection caller, OwnConnection own, EnqueueCall enqueue, Signals signals,
			PostgresOptions options) {
		this.caller = caller;
		this.own = own;
		this.enqueue = enqueue;
		this.signals = signals;
		this.sql = new WorkflowStatements(options);
		this.isCancelledKept = !options.retention().cancelled().isZero();
	}

	@Override
	public long reserve(String queue) {
		return this.caller.call("number a workflow", (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(this.sql.reserve);
					ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getLong(1);
			}
		});
	}

	@Override
	public void create(WorkflowChange first) {
		boolean isInTransaction = this.caller.isInTransaction();
		this.caller.call("accept the workflow", (connection) -> atomically(connection, () -> {
			try (PreparedStatement statement = connection.prepareStatement(this.sql.create)) {
				StoredWorkflow workflow = first.workflow();
				Duration timeout = workflow.timeout();
				statement.setLong(1, workflow.id());
				statement.setString(2, workflow.name());
				statement.setString(3, workflow.state());
				statement.setBoolean(4, workflow.isFinished());
				statement.setObject(5, (timeout != null) ? timeout.toMillis() : null, Types.BIGINT);
				statement.setString(6, workflow.content());
				statement.setString(7, workflow.status());
				statement.executeUpdate();
			}
			apply(connection, List.of(first));
			return true;
		}));
		this.signals.enqueued(arrivals(List.of(first)), isInTransaction);
		this.signals.workflowChanged(isInTransaction);
	}

	@Override
	public void post(long workflow, String text) {
		enqueue(workflow, List.of(), text);
	}

	@Override
	public void enqueue(long workflow, List<NewJob> members, String text) {
		boolean isInTransaction = this.caller.isInTransaction();
		this.caller.call("accept the news of a workflow", (connection) -> atomically(connection, () -> {
			if (!members.isEmpty()) {
				this.enqueue.execute(connection, members);
			}
			post(connection, Map.of(workflow, text));
			return true;
		}));
		this.signals.enqueued(Arrival.of(members), isInTransaction);
		this.signals.workflowChanged(isInTransaction);
	}

	private static <T> T atomically(Connection connection, Work<T> work) throws SQLException {
		if (!connection.getAutoCommit()) {
			return work.run();
		}
		connection.setAutoCommit(false);
		boolean isDone = false;
		try {
			T result = work.run();
			connection.commit();
			isDone = true;
			return result;
		}
		finally {
			if (!isDone) {
				connection.rollback();
			}
			connection.setAutoCommit(true);
		}
	}

	@Override
	public WorkflowLook look(int limit) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.look);
			statement.setInt(1, limit);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				Instant now = rows.getObject(1, OffsetDateTime.class).toInstant();
				List<Long> timedOut = List.of((Long[]) rows.getArray(2).getArray());
				List<WorkflowSignal> found = new ArrayList<>();
				do {
					if (rows.getString(3) != null) {
						found.add(WorkflowRows.signal(rows));
					}
				}
				while (rows.next());
				return new WorkflowLook(now, found, timedOut);
			}
		});
	}

	@Override
	public List<StoredWorkflow> find(Collection<Long> ids) {
		return read(this.sql.find,
				(connection, statement) -> statement.setArray(1, SqlArrays.longs(connection, List.copyOf(ids))),
				WorkflowRows::workflows);
	}

	@Override
	public List<StoredWorkflow> newest(@Nullable String state, @Nullable Long before, int limit) {
		return read((state != null) ? this.sql.newestInState : this.sql.newest, (connection, statement) -> {
			int n = 1;
			if (state != null) {
				statement.setString(n++, state);
			}
			statement.setLong(n++, (before != null) ? before : Long.MAX_VALUE);
			statement.setInt(n, limit);
		}, WorkflowRows::workflows);
	}

	@Override
	public List<StoredTask> tasks(Map<Long, ? extends Collection<Integer>> numbers) {
		List<Long> workflows = new ArrayList<>();
		List<Integer> wanted = new ArrayList<>();
		numbers.forEach((id, all) -> all.forEach((number) -> {
			workflows.add(id);
			wanted.add(number);
		}));
		return read(this.sql.tasks, (connection, statement) -> {
			statement.setArray(1, SqlArrays.longs(connection, workflows));
			statement.setArray(2, SqlArrays.ints(connection, wanted));
		}, WorkflowRows::tasks);
	}

	@Override
	public List<StoredTask> tasksNamed(long workflow, Collection<String> names) {
		return read(this.sql.tasksNamed, (connection, statement) -> {
			statement.setLong(1, workflow);
			statement.setArray(2, SqlArrays.texts(connection, List.copyOf(names)));
		}, WorkflowRows::tasks);
	}

	@Override
	public List<StoredTask> tasksFrom(long workflow, int from, int limit) {
		return read(this.sql.tasksFrom, (connection, statement) -> {
			statement.setLong(1, workflow);
			statement.setInt(2, from);
			statement.setInt(3, limit);
		}, WorkflowRows::tasks);
	}

	@Override
	public List<StoredTask> tasksIn(StoredTask.Phase phase, Map<Long, Integer> limits) {
		List<Long> workflows = List.copyOf(limits.keySet());
		return read(this.sql.tasksIn, (connection, statement) -> {
			statement.setArray(1, SqlArrays.longs(connection, workflows));
			statement.setArray(2,
					SqlArrays.ints(connection, workflows.stream().map((id) -> limits.getOrDefault(id, 0)).toList()));
			statement.setString(3, phase.name());
		}, WorkflowRows::tasks);
	}

	// Sees what the transaction of a handler has written, too.
	private <T> T read(String text, Binding binding, Reading<T> reading) {
		return this.caller.call("tell of workflows", (connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(text)) {
				binding.bind(connection, statement);
				try (ResultSet rows = statement.executeQuery()) {
					return reading.read(rows);
				}
			}
		});
	}

	@Override
	public Set<Long> commit(List<WorkflowChange> changes) {
		if (changes.isEmpty()) {
			return Set.of();
		}
		Set<String> cancelled = new HashSet<>();
		// Should it fail, the connection is thrown away, and the transaction with it.
		List<WorkflowChange> done = this.own.call((connection) -> {
			connection.setAutoCommit(false);
			List<WorkflowChange> possible = withAllSignals(connection, changes);
			Set<Long> mine = take(connection, possible);
			List<WorkflowChange> taken = possible.stream()
				.filter((change) -> mine.contains(change.workflow().id()))
				.toList();
			if (!taken.isEmpty()) {
				cancelled.addAll(apply(connection, taken));
			}
			connection.commit();
			connection.setAutoCommit(true);
			return taken;
		});
		if (!cancelled.isEmpty()) {
			applyCancellations(cancelled);
		}
		this.signals.enqueued(arrivals(done), false);
		return done.stream().map((change) -> change.workflow().id()).collect(Collectors.toSet());
	}

	// Whoever has seen a signal before somebody else handled it, and the workflow after
	// that, must not handle it again.
	private List<WorkflowChange> withAllSignals(Connection connection, List<WorkflowChange> changes)
			throws SQLException {
		List<Long> wanted = changes.stream()
			.flatMap((change) -> change.handled().stream())
			.map((signal) -> Long.valueOf(signal.position()))
			.toList();
		if (wanted.isEmpty()) {
			return changes;
		}
		PreparedStatement statement = this.own.prepare(connection, this.sql.holdSignals);
		statement.setArray(1, SqlArrays.longs(connection, wanted));
		Set<String> held = new HashSet<>();
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				held.add(rows.getString(1));
			}
		}
		return changes.stream()
			.filter((change) -> change.handled().stream().allMatch((signal) -> held.contains(signal.position())))
			.toList();
	}

	private Set<Long> take(Connection connection, List<WorkflowChange> changes) throws SQLException {
		PreparedStatement statement = this.own.prepare(connection, this.sql.take);
		statement.setArray(1, SqlArrays.longs(connection, column(changes, (change) -> change.workflow().id())));
		statement.setArray(2, SqlArrays.longs(connection, column(changes, (change) -> change.workflow().version())));
		statement.setArray(3, SqlArrays.longs(connection, column(changes, (change) -> change.workflow().id())));
		statement.setArray(4, SqlArrays.texts(connection, column(changes, (change) -> change.workflow().state())));
		statement.setArray(5, connection.createArrayOf("bool",
				column(changes, (change) -> change.workflow().isFinished()).toArray(Boolean[]::new)));
		statement.setArray(6, SqlArrays.texts(connection, column(changes, (change) -> change.workflow().status())));
		Set<Long> mine = new HashSet<>();
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				mine.add(rows.getLong(1));
			}
		}
		return mine;
	}

	/**
	 * Do all that changes say but for the workflows themselves.
	 * @return the queues in which jobs are to be cancelled
	 */
	private Set<String> apply(Connection connection, List<WorkflowChange> changes) throws SQLException {
		Map<Long, Map<Integer, JobId>> jobs = release(connection, changes);
		List<StoredTask> added = new ArrayList<>();
		List<StoredTask> changed = new ArrayList<>();
		List<Long> handled = new ArrayList<>();
		List<Long> cancelled = new ArrayList<>();
		for (WorkflowChange change : changes) {
			Map<Integer, JobId> released = jobs.getOrDefault(change.workflow().id(), Map.of());
			change.added().forEach((task) -> added.add(withJob(task, released)));
			change.changed().forEach((task) -> changed.add(withJob(task, released)));
			change.handled().forEach((signal) -> handled.add(Long.valueOf(signal.position())));
			change.cancelled().forEach((job) -> cancelled.add(job.value()));
			if (!change.posts().isEmpty()) {
				post(connection, change.posts());
			}
		}
		if (!added.isEmpty()) {
			addTasks(connection, added);
		}
		if (!changed.isEmpty()) {
			changeTasks(connection, changed);
		}
		if (!handled.isEmpty()) {
			remove(connection, handled);
		}
		return cancelled.isEmpty() ? Set.of() : cancel(connection, cancelled);
	}

	private Map<Long, Map<Integer, JobId>> release(Connection connection, List<WorkflowChange> changes)
			throws SQLException {
		List<NewJob> jobs = new ArrayList<>();
		changes.forEach((change) -> jobs.addAll(change.released().values()));
		Map<Long, Map<Integer, JobId>> released = new HashMap<>();
		if (!jobs.isEmpty()) {
			List<JobId> ids = this.enqueue.execute(connection, jobs);
			int next = 0;
			for (WorkflowChange change : changes) {
				for (int number : change.released().keySet()) {
					released.computeIfAbsent(change.workflow().id(), (id) -> new HashMap<>())
						.put(number, ids.get(next++));
				}
			}
		}
		return released;
	}

	private static StoredTask withJob(StoredTask task, Map<Integer, JobId> released) {
		JobId job = released.get(task.number());
		return (job != null) ? task.with(job) : task;
	}

	private void addTasks(Connection connection, List<StoredTask> tasks) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql.addTasks)) {
			statement.setArray(1, SqlArrays.longs(connection, column(tasks, StoredTask::workflow)));
			statement.setArray(2, SqlArrays.ints(connection, column(tasks, StoredTask::number)));
			statement.setArray(3, SqlArrays.texts(connection, column(tasks, StoredTask::name)));
			statement.setArray(4, SqlArrays.texts(connection, column(tasks, (task) -> task.phase().name())));
			statement.setArray(5, SqlArrays.longs(connection, column(tasks, PostgresWorkflows::job)));
			statement.setArray(6, SqlArrays.texts(connection, column(tasks, StoredTask::content)));
			statement.setArray(7, SqlArrays.texts(connection, column(tasks, StoredTask::status)));
			statement.executeUpdate();
		}
	}

	private void changeTasks(Connection connection, List<StoredTask> tasks) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql.changeTasks)) {
			statement.setArray(1, SqlArrays.longs(connection, column(tasks, StoredTask::workflow)));
			statement.setArray(2, SqlArrays.ints(connection, column(tasks, StoredTask::number)));
			statement.setArray(3, SqlArrays.texts(connection, column(tasks, (task) -> task.phase().name())));
			statement.setArray(4, SqlArrays.longs(connection, column(tasks, PostgresWorkflows::job)));
			statement.setArray(5, SqlArrays.texts(connection, column(tasks, StoredTask::status)));
			statement.executeUpdate();
		}
	}

	private static @Nullable Long job(StoredTask task) {
		JobId job = task.job();
		return (job != null) ? job.value() : null;
	}

	private void post(Connection connection, Map<Long, String> posts) throws SQLException {
		List<Long> workflows = List.copyOf(posts.keySet());
		try (PreparedStatement statement = connection.prepareStatement(this.sql.post)) {
			statement.setArray(1, SqlArrays.longs(connection, workflows));
			statement.setArray(2, SqlArrays.texts(connection, workflows.stream().map(posts::get).toList()));
			statement.executeUpdate();
		}
	}

	private void remove(Connection connection, List<Long> positions) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql.removeSignals)) {
			statement.setArray(1, SqlArrays.longs(connection, positions));
			statement.executeUpdate();
		}
	}

	private Set<String> cancel(Connection connection, List<Long> jobs) throws SQLException {
		Set<String> queues = new HashSet<>();
		try (PreparedStatement statement = connection.prepareStatement(this.sql.cancel)) {
			statement.setArray(1, SqlArrays.longs(connection, jobs));
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					queues.add(rows.getString(1));
				}
			}
		}
		return queues;
	}

	// Whoever claims from these queues would do so, too, but perhaps nobody does.
	private void applyCancellations(Set<String> queues) {
		this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.applyCancellations);
			statement.setBoolean(1, this.isCancelledKept);
			statement.setArray(2, SqlArrays.texts(connection, queues.stream().sorted().toList()));
			return statement.execute();
		});
		this.signals.cancellationRequested();
		this.signals.workflowChanged(false);
	}

	@Override
	public void drop(List<WorkflowSignal> dropped) {
		this.own.call((connection) -> {
			remove(connection, dropped.stream().map((signal) -> Long.valueOf(signal.position())).toList());
			return true;
		});
	}

	@Override
	public int prune(Duration age, int limit) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.prune);
			statement.setLong(1, age.toMillis());
			statement.setInt(2, limit);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				return row.getInt(1);
			}
		});
	}

	private static Map<String, Integer> arrivals(List<WorkflowChange> changes) {
		return Arrival.of(changes.stream().flatMap((change) -> change.released().values().stream()).toList());
	}

	private static <S, T extends @Nullable Object> List<T> column(List<S> rows, Function<S, T> value) {
		List<T> values = new ArrayList<>(rows.size());
		for (S row : rows) {
			values.add(value.apply(row));
		}
		return values;
	}

	/**
	 * Work in a transaction.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	private interface Work<T> {

		T run() throws SQLException;

	}

	/**
	 * Sets the parameters of a statement.
	 */
	@FunctionalInterface
	private interface Binding {

		void bind(Connection connection, PreparedStatement statement) throws SQLException;

	}

	/**
	 * Reads the rows of a result.
	 *
	 * @param <T> the type of what is read
	 */
	@FunctionalInterface
	private interface Reading<T> {

		T read(ResultSet rows) throws SQLException;

	}

}
