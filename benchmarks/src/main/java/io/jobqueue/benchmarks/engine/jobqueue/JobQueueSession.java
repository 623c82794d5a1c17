package io.jobqueue.benchmarks.engine.jobqueue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobLimit;
import io.jobqueue.JobNames;
import io.jobqueue.JobSpec;
import io.jobqueue.JobTemplate;
import io.jobqueue.LimitTarget;
import io.jobqueue.RateLimit;
import io.jobqueue.Unique;
import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LimitedSession;
import io.jobqueue.benchmarks.engine.Pool;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.server.Store;
import io.jobqueue.worker.JobWorker;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with the starter. Its worker starts when it is asked for.
 */
final class JobQueueSession implements LimitedSession {

	private static final int KEYS = 1000;

	private static final LimitTarget QUEUE = LimitTarget.queue(JobNames.DEFAULT_QUEUE);

	private static final int AT_ONCE = 100;

	private static final RateLimit RATE = RateLimit.of(1_000_000, Duration.ofSeconds(1));

	private final ConfigurableApplicationContext context;

	private final JobTemplate jobs;

	private final BenchmarkJobs handler;

	JobQueueSession(Store store, String url, EngineSettings settings) {
		this.context = new SpringApplicationBuilder(JobQueueApplication.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(properties(store, url, settings))
			.run();
		this.jobs = this.context.getBean(JobTemplate.class);
		this.handler = this.context.getBean(BenchmarkJobs.class);
	}

	static Map<String, Object> properties(Store store, String url, EngineSettings settings) {
		List<String> excluded = new ArrayList<>();
		Map<String, Object> properties = new HashMap<>();
		properties.put("spring.main.banner-mode", "off");
		properties.put("spring.main.log-startup-info", false);
		properties.put("logging.level.root", "warn");
		properties.put("job-queue.store", store.toString());
		properties.put("job-queue.worker.auto-startup", false);
		if (store == Store.POSTGRES) {
			properties.put("spring.datasource.url", url);
			properties.put("spring.datasource.hikari.minimum-idle", 0);
		}
		else {
			properties.put("spring.data.redis.url", url);
			excluded.add("org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
		}
		if (settings.concurrency() != null) {
			properties.put("job-queue.worker.concurrency", settings.concurrency());
		}
		if (Boolean.FALSE.equals(settings.history())) {
			properties.put("job-queue.retention.succeeded", "0");
		}
		if (!settings.metrics()) {
			// Without its registry there would be another one that does nothing, and be
			// told.
			excluded.add("io.jobqueue.autoconfigure.metrics.JobQueueMetricsAutoConfiguration");
		}
		properties.put("spring.autoconfigure.exclude", String.join(",", excluded));
		properties.put("spring.threads.virtual.enabled", settings.virtualThreads());
		return properties;
	}

	@Override
	public void enqueueAll(LongStream payloads) {
		this.jobs.enqueueAll(BenchmarkJobs::run, payloads.boxed());
	}

	@Override
	public void enqueueAll(LongStream payloads, Limit limit) {
		switch (limit) {
			case NONE -> enqueueAll(payloads);
			case KEY -> enqueueAll(payloads, (job, payload) -> job.concurrencyKey("key-" + payload % KEYS, 1));
			case UNIQUE -> enqueueAll(payloads, (job, payload) -> job.unique(Unique.byKey(payload)));
			case QUEUE -> enqueueAll(payloads, JobLimit.concurrency(AT_ONCE));
			case RATE -> enqueueAll(payloads, JobLimit.rate(RATE));
		}
	}

	private void enqueueAll(LongStream payloads, BiFunction<JobSpec, Long, JobSpec> limited) {
		this.jobs.enqueueAll(payloads.boxed()
			.map((payload) -> limited.apply(this.jobs.job(BenchmarkJobs::run, payload), payload).request()));
	}

	private void enqueueAll(LongStream payloads, JobLimit ofQueue) {
		this.context.getBean(JobAdmin.class).limit(QUEUE, ofQueue);
		enqueueAll(payloads);
	}

	@Override
	public void enqueue(long payload) {
		this.jobs.enqueue(BenchmarkJobs::run, payload);
	}

	@Override
	public void schedule(LongStream payloads, Duration delay) {
		this.jobs
			.enqueueAll(payloads.mapToObj((payload) -> this.jobs.job(BenchmarkJobs::run, payload).in(delay).request()));
	}

	@Override
	public Worker work(LongConsumer task) {
		this.handler.use(task);
		JobWorker worker = this.context.getBean(JobWorker.class);
		worker.start();
		return worker::stop;
	}

	@Override
	public void disconnect() {
		this.context.getBeanProvider(HikariDataSource.class).ifAvailable(Pool::disconnect);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
