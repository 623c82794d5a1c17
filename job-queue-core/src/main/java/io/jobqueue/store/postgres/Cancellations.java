package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.util.Collection;

/**
 * Carries out cancellations that have been recorded. Whoever claims from their queues
 * does the same, but perhaps nobody does.
 */
final class Cancellations {

	private static final String APPLY = """
			select @.job_apply_cancels_v1(q.name, ?) from unnest(?::text[]) as q(name)
			where @.job_lock_queue_v1(q.name, true)""";

	private final OwnConnection connection;

	private final Signals signals;

	private final String apply;

	private final boolean isCancelledKept;

	Cancellations(OwnConnection connection, Signals signals, PostgresOptions options) {
		this.connection = connection;
		this.signals = signals;
		this.apply = options.qualify(APPLY);
		this.isCancelledKept = !options.retention().cancelled().isZero();
	}

	/**
	 * Cancel the jobs that wait, and tell the nodes that run the others.
	 */
	void apply(Collection<String> queues) {
		this.connection.call((connection) -> {
			PreparedStatement statement = this.connection.prepare(connection, this.apply);
			statement.setBoolean(1, this.isCancelledKept);
			statement.setArray(2, SqlArrays.texts(connection, queues.stream().sorted().toList()));
			return statement.execute();
		});
		this.signals.cancellationRequested();
		this.signals.someEnded(false);
		this.signals.workflowChanged(false);
	}

}
