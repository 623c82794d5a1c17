package io.jobqueue.benchmarks.engine.dbscheduler;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Pool;
import io.jobqueue.benchmarks.engine.Worker;

/**
 * A table of db-scheduler, and a scheduler on it.
 */
final class DbSchedulerSession implements LiveSession {

	private static final int THREADS = 20;

	private static final double LOWER_LIMIT = 0.5;

	private static final double UPPER_LIMIT = 4;

	/** As its documentation has it, without the index for priorities. */
	private static final String TABLE = """
			create table if not exists scheduled_tasks (
				task_name text not null, task_instance text not null, task_data bytea,
				execution_time timestamp with time zone not null, picked boolean not null, picked_by text,
				last_success timestamp with time zone, last_failure timestamp with time zone,
				consecutive_failures int, last_heartbeat timestamp with time zone, version bigint not null,
				priority smallint, primary key (task_name, task_instance));
			create index if not exists execution_time_idx on scheduled_tasks (execution_time);
			create index if not exists last_heartbeat_idx on scheduled_tasks (last_heartbeat)""";

	private static final TaskDescriptor<Long> TASK = TaskDescriptor.of("benchmark", Long.class);

	private final HikariDataSource pool;

	private final int threads;

	private volatile LongConsumer handler = (payload) -> {
	};

	private final OneTimeTask<Long> task = Tasks.oneTime(TASK)
		.execute((instance, context) -> this.handler.accept(instance.getData()));

	private volatile SchedulerClient client;

	DbSchedulerSession(String url, EngineSettings settings) {
		this.threads = settings.concurrency(THREADS);
		this.pool = Pool.create(url + "&reWriteBatchedInserts=true", this.threads + 5);
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(TABLE);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("No table for db-scheduler", ex);
		}
		this.client = newClient();
	}

	private SchedulerClient newClient() {
		return SchedulerClient.Builder.create(this.pool, this.task).build();
	}

	@Override
	public void enqueueAll(LongStream payloads) {
		schedule(payloads, Duration.ZERO);
	}

	@Override
	public void schedule(LongStream payloads, Duration delay) {
		Instant at = Instant.now().plus(delay);
		this.client.scheduleBatch(payloads.mapToObj((payload) -> instance(payload, at)));
	}

	@Override
	public void enqueue(long payload) {
		this.client.scheduleIfNotExists(instance(payload, Instant.now()));
	}

	private static SchedulableInstance<?> instance(long payload, Instant at) {
		return TASK.instance(UUID.randomUUID().toString()).data(payload).scheduledTo(at);
	}

	@Override
	public Worker work(LongConsumer newHandler) {
		this.handler = newHandler;
		Scheduler scheduler = Scheduler.create(this.pool, this.task)
			.threads(this.threads)
			.pollUsingLockAndFetch(LOWER_LIMIT, UPPER_LIMIT)
			.enableImmediateExecution()
			.build();
		scheduler.start();
		// Only what is scheduled by the scheduler itself is executed immediately.
		this.client = scheduler;
		return () -> {
			scheduler.stop();
			this.client = newClient();
		};
	}

	@Override
	public void disconnect() {
		Pool.disconnect(this.pool);
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
