package io.jobqueue.benchmarks.engine.jobrunr;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Pool;
import io.jobqueue.benchmarks.engine.Worker;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.jobrunr.utils.mapper.jackson3.Jackson3JsonMapper;

/**
 * Tables of JobRunr, and a server on them.
 */
final class JobRunrSession implements LiveSession {

	private static final int WORKERS = 20;

	private static final int SPARE_CONNECTIONS = 5;

	private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

	private final HikariDataSource pool;

	private final int workers;

	private final JsonMapper mapper = new Jackson3JsonMapper();

	private final PostgresStorageProvider storage;

	private final JobRequestScheduler scheduler;

	JobRunrSession(String url, EngineSettings settings) {
		this.workers = settings.concurrency(WORKERS);
		this.pool = Pool.create(url + "&reWriteBatchedInserts=true", this.workers + SPARE_CONNECTIONS);
		this.storage = new PostgresStorageProvider(this.pool, DatabaseOptions.CREATE);
		this.storage.setJobMapper(new JobMapper(this.mapper));
		this.scheduler = new JobRequestScheduler(this.storage);
	}

	@Override
	public void enqueueAll(LongStream payloads) {
		this.scheduler.enqueue(payloads.mapToObj(BenchmarkRequest::new));
	}

	@Override
	public void enqueue(long payload) {
		this.scheduler.enqueue(new BenchmarkRequest(payload));
	}

	// One by one: it has no way to schedule in bulk.
	@Override
	public void schedule(LongStream payloads, Duration delay) {
		Instant at = Instant.now().plus(delay);
		payloads.forEach((payload) -> this.scheduler.schedule(at, new BenchmarkRequest(payload)));
	}

	@Override
	public Worker work(LongConsumer task) {
		BenchmarkRequestHandler handler = new BenchmarkRequestHandler(task);
		BackgroundJobServer server = new BackgroundJobServer(this.storage, this.mapper, new JobActivator() {
			@Override
			public <T> T activateJob(Class<T> type) {
				return type.cast(handler);
			}
		}, BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
			.andPollInterval(POLL_INTERVAL)
			.andWorkerCount(this.workers));
		server.start();
		return server::stop;
	}

	@Override
	public void disconnect() {
		Pool.disconnect(this.pool);
	}

	@Override
	public void close() {
		this.storage.close();
		this.pool.close();
	}

}
