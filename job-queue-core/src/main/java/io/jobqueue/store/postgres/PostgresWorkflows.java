package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

	private final Cancellations cancellations;

	PostgresWorkflows(CallerConnection caller, OwnConnection own, EnqueueCall enqueue, Signals signals,
			PostgresOptions options) {
		this.caller = caller;
		this.own = own;
		this.enqueue = enqueue;
		this.signals = signals;
		this.sql = new WorkflowStatements(options);
		this.cancellations = new Cancellations(own, signals, options);
	}

	@Override
	public long reserve(String queue) {
		return read("number a workflow", this.sql.reserve, SqlQuery.Binder.NONE, (row) -> row.getLong(1)).get(0);
	}

	@Override
	public void create(WorkflowChange first) {
		boolean isInTransaction = this.caller.isInTransaction();
		call("accept the workflow", isInTransaction, (connection) -> {
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
			return apply(connection, List.of(first));
		});
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
		call("accept the news of a workflow", isInTransaction, (connection) -> {
			if (!members.isEmpty()) {
				this.enqueue.execute(connection, members);
			}
			return post(connection, Map.of(workflow, text));
		});
		this.signals.enqueued(Arrival.of(members), isInTransaction);
		this.signals.workflowChanged(isInTransaction);
	}

	private <T> void call(String what, boolean isInTransaction, SqlWork<T> work) {
		this.caller.call(what, isInTransaction ? work : CallerConnection.atomically(work));
	}

	@Override
	public WorkflowLook look(int limit) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.look);
			statement.setInt(1, limit);
			try (ResultSet rows = statement.executeQuery()) {
				return WorkflowRows.look(rows);
			}
		});
	}

	@Override
	public List<StoredWorkflow> find(Collection<Long> ids) {
		return read("find workflows", this.sql.find,
				(statement, connection) -> statement.setArray(1, SqlArrays.longs(connection, List.copyOf(ids))),
				WorkflowRows::workflow);
	}

	@Override
	public List<StoredWorkflow> newest(@Nullable String state, @Nullable Long before, int limit) {
		return read("find workflows", (state != null) ? this.sql.newestInState : this.sql.newest,
				(statement, connection) -> {
					int n = 1;
					if (state != null) {
						statement.setString(n++, state);
					}
					statement.setLong(n++, (before != null) ? before : Long.MAX_VALUE);
					statement.setInt(n, limit);
				}, WorkflowRows::workflow);
	}

	@Override
	public List<StoredTask> tasks(Map<Long, ? extends Collection<Integer>> numbers) {
		List<Long> workflows = new ArrayList<>();
		List<Integer> wanted = new ArrayList<>();
		numbers.forEach((id, all) -> all.forEach((number) -> {
			workflows.add(id);
			wanted.add(number);
		}));
		return tasks(this.sql.tasks, (statement, connection) -> {
			statement.setArray(1, SqlArrays.longs(connection, workflows));
			statement.setArray(2, SqlArrays.ints(connection, wanted));
		});
	}

	@Override
	public List<StoredTask> tasksNamed(long workflow, Collection<String> names) {
		return tasks(this.sql.tasksNamed, (statement, connection) -> {
			statement.setLong(1, workflow);
			statement.setArray(2, SqlArrays.texts(connection, List.copyOf(names)));
		});
	}

	@Override
	public List<StoredTask> tasksFrom(long workflow, int from, int limit) {
		return tasks(this.sql.tasksFrom, (statement, connection) -> {
			statement.setLong(1, workflow);
			statement.setInt(2, from);
			statement.setInt(3, limit);
		});
	}

	@Override
	public List<StoredTask> tasksIn(StoredTask.Phase phase, Map<Long, Integer> limits) {
		List<Long> workflows = List.copyOf(limits.keySet());
		return tasks(this.sql.tasksIn, (statement, connection) -> {
			statement.setArray(1, SqlArrays.longs(connection, workflows));
			statement.setArray(2,
					SqlArrays.ints(connection, SqlArrays.column(workflows, (id) -> limits.getOrDefault(id, 0))));
			statement.setString(3, phase.name());
		});
	}

	private List<StoredTask> tasks(String query, SqlQuery.Binder binder) {
		return read("find tasks of workflows", query, binder, WorkflowRows::task);
	}

	// Sees what the transaction of a handler has written, too.
	private <T> List<T> read(String what, String query, SqlQuery.Binder binder, SqlQuery.RowReader<T> reader) {
		return this.caller.call(what, (connection) -> SqlQuery.list(connection, query, binder, reader));
	}

	@Override
	public Set<Long> commit(List<WorkflowChange> changes) {
		if (changes.isEmpty()) {
			return Set.of();
		}
		Set<String> cancelled = new HashSet<>();
		List<WorkflowChange> done = this.own.callInTransaction((connection) -> {
			Set<Long> mine = take(connection, changes);
			List<WorkflowChange> taken = changes.stream()
				.filter((change) -> mine.contains(change.workflow().id()))
				.toList();
			cancelled.addAll(apply(connection, taken));
			return taken;
		});
		if (!cancelled.isEmpty()) {
			this.cancellations.apply(cancelled);
		}
		this.signals.enqueued(arrivals(done), false);
		return done.stream().map((change) -> change.workflow().id()).collect(Collectors.toSet());
	}

	private Set<Long> take(Connection connection, List<WorkflowChange> changes) throws SQLException {
		PreparedStatement statement = this.own.prepare(connection, this.sql.take);
		List<StoredWorkflow> workflows = SqlArrays.column(changes, WorkflowChange::workflow);
		List<WorkflowSignal> handled = changes.stream().flatMap((change) -> change.handled().stream()).toList();
		statement.setArray(1, SqlArrays.longs(connection, SqlArrays.column(workflows, StoredWorkflow::id)));
		statement.setArray(2, SqlArrays.longs(connection, SqlArrays.column(workflows, StoredWorkflow::version)));
		statement.setArray(3, SqlArrays.texts(connection, SqlArrays.column(workflows, StoredWorkflow::state)));
		statement.setArray(4, SqlArrays.booleans(connection, SqlArrays.column(workflows, StoredWorkflow::isFinished)));
		statement.setArray(5, SqlArrays.texts(connection, SqlArrays.column(workflows, StoredWorkflow::status)));
		statement.setArray(6, SqlArrays.longs(connection, SqlArrays.column(handled, WorkflowRows::number)));
		statement.setArray(7, SqlArrays.longs(connection, SqlArrays.column(handled, WorkflowSignal::workflow)));
		return Set.copyOf(SqlQuery.list(statement, (row) -> row.getLong(1)));
	}

	/**
	 * Do all that changes say but for the workflows themselves.
	 * @return the queues in which jobs are to be cancelled
	 */
	private Set<String> apply(Connection connection, List<WorkflowChange> changes) throws SQLException {
		Map<Long, Map<Integer, JobId>> jobs = release(connection, changes);
		List<StoredTask> added = new ArrayList<>();
		List<StoredTask> changed = new ArrayList<>();
		List<Long> cancelled = new ArrayList<>();
		for (WorkflowChange change : changes) {
			Map<Integer, JobId> released = jobs.getOrDefault(change.workflow().id(), Map.of());
			change.added().forEach((task) -> added.add(withJob(task, released)));
			change.changed().forEach((task) -> changed.add(withJob(task, released)));
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
			statement.setArray(1, SqlArrays.longs(connection, SqlArrays.column(tasks, StoredTask::workflow)));
			statement.setArray(2, SqlArrays.ints(connection, SqlArrays.column(tasks, StoredTask::number)));
			statement.setArray(3, SqlArrays.texts(connection, SqlArrays.column(tasks, StoredTask::name)));
			statement.setArray(4, SqlArrays.texts(connection, SqlArrays.column(tasks, (task) -> task.phase().name())));
			statement.setArray(5, SqlArrays.longs(connection, SqlArrays.column(tasks, PostgresWorkflows::job)));
			statement.setArray(6, SqlArrays.texts(connection, SqlArrays.column(tasks, StoredTask::content)));
			statement.setArray(7, SqlArrays.texts(connection, SqlArrays.column(tasks, StoredTask::status)));
			statement.executeUpdate();
		}
	}

	private void changeTasks(Connection connection, List<StoredTask> tasks) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql.changeTasks)) {
			statement.setArray(1, SqlArrays.longs(connection, SqlArrays.column(tasks, StoredTask::workflow)));
			statement.setArray(2, SqlArrays.ints(connection, SqlArrays.column(tasks, StoredTask::number)));
			statement.setArray(3, SqlArrays.texts(connection, SqlArrays.column(tasks, (task) -> task.phase().name())));
			statement.setArray(4, SqlArrays.longs(connection, SqlArrays.column(tasks, PostgresWorkflows::job)));
			statement.setArray(5, SqlArrays.texts(connection, SqlArrays.column(tasks, StoredTask::status)));
			statement.execute();
		}
	}

	private static @Nullable Long job(StoredTask task) {
		JobId job = task.job();
		return (job != null) ? job.value() : null;
	}

	private int post(Connection connection, Map<Long, String> posts) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql.post)) {
			statement.setArray(1, SqlArrays.longs(connection, List.copyOf(posts.keySet())));
			statement.setArray(2, SqlArrays.texts(connection, List.copyOf(posts.values())));
			return statement.executeUpdate();
		}
	}

	private Set<String> cancel(Connection connection, List<Long> jobs) throws SQLException {
		return new HashSet<>(SqlQuery.list(connection, this.sql.cancel,
				(statement, same) -> statement.setArray(1, SqlArrays.longs(same, jobs)), (row) -> row.getString(1)));
	}

	@Override
	public void drop(List<WorkflowSignal> dropped) {
		this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.removeSignals);
			statement.setArray(1, SqlArrays.longs(connection, SqlArrays.column(dropped, WorkflowRows::number)));
			return statement.executeUpdate();
		});
	}

	@Override
	public int count(String state, int limit) {
		return read("count workflows", this.sql.count, (statement, connection) -> {
			statement.setString(1, state);
			statement.setInt(2, limit);
		}, (row) -> row.getInt(1)).get(0);
	}

	@Override
	public int prune(Duration age, int limit) {
		return this.own.call((connection) -> {
			PreparedStatement statement = this.own.prepare(connection, this.sql.prune);
			statement.setLong(1, age.toMillis());
			statement.setInt(2, limit);
			return SqlQuery.list(statement, (row) -> row.getInt(1)).get(0);
		});
	}

	private static Map<String, Integer> arrivals(List<WorkflowChange> changes) {
		return Arrival.of(changes.stream().flatMap((change) -> change.released().values().stream()).toList());
	}

}
