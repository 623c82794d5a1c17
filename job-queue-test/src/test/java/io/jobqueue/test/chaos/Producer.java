package io.jobqueue.test.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.JobSpec;
import io.jobqueue.JobTemplate;
import io.jobqueue.LimitTarget;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.workflow.StoreWorkflows;
import io.jobqueue.workflow.WorkflowRunner;
import io.jobqueue.workflow.Workflows;
import io.jobqueue.test.chaos.Ledger.Fate;

/**
 * Enqueues jobs, alone and together with orders in transactions of which some are rolled
 * back, and writes down what the store has accepted.
 */
final class Producer implements AutoCloseable {

	static final String APPLICATION = "chaos-producer";

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private static final int BURST = 30;

	private static final int CHUNK = 1000;

	/** So many jobs are worked off within seconds. */
	private static final int BACKLOG = 300;

	private final AtomicLong keys = new AtomicLong();

	private final Ledger ledger;

	private final ChaosStore jobs;

	private final StoreClient client;

	private final JobStore store;

	private final TransactionTemplate transactions;

	private final JdbcTemplate jdbc;

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3);

	private volatile boolean hasBacklog;

	Producer(ChaosStore jobs, Ledger ledger) {
		this.jobs = jobs;
		this.ledger = ledger;
		this.client = StoreClient.open(jobs.address(), jobs.server().port(), APPLICATION, 4, PATIENCE);
		this.store = this.client.store();
		this.transactions = new TransactionTemplate(this.client.transactionManager());
		this.jdbc = new JdbcTemplate(this.client.dataSource());
	}

	void start(SplittableRandom random, int perSecond) {
		// Faults cost time, and what is left in the end must be worked off then.
		this.threads.scheduleWithFixedDelay(() -> this.hasBacklog = hasBacklog(), 0, 500, TimeUnit.MILLISECONDS);
		for (int i = 0; i < 2; i++) {
			SplittableRandom own = random.split();
			long micros = TimeUnit.SECONDS.toMicros(1) * 2 / perSecond;
			this.threads.scheduleWithFixedDelay(() -> produce(own), 0, micros, TimeUnit.MICROSECONDS);
		}
	}

	private boolean hasBacklog() {
		try {
			return this.jobs.liveJobs() > BACKLOG;
		}
		catch (RuntimeException ex) {
			// The server is down.
			return false;
		}
	}

	private void produce(SplittableRandom random) {
		if (this.hasBacklog) {
			return;
		}
		int dice = random.nextInt(100);
		if (dice < 65) {
			enqueue(JobKind.any(random, this.jobs.isTransactional()), 1);
		}
		else if (dice < 67) {
			enqueue(JobKind.PLAIN, BURST);
		}
		else {
			inTransaction(random, dice >= 88);
		}
	}

	/**
	 * Enqueue jobs, all or none.
	 * @return their keys
	 */
	List<Long> enqueue(JobKind kind, int count) {
		List<Long> batch = keys(count);
		try {
			this.store.enqueue(batch.stream().map((key) -> job(kind, key)).toList());
			batch.forEach((key) -> this.ledger.record(key, kind, Fate.ACCEPTED, false));
		}
		catch (RuntimeException ex) {
			batch.forEach((key) -> this.ledger.record(key, kind, Fate.UNKNOWN, false));
		}
		return batch;
	}

	/**
	 * Enqueue any number of jobs.
	 */
	void enqueueAll(JobKind kind, int count) {
		for (int left = count; left > 0; left -= CHUNK) {
			enqueue(kind, Math.min(left, CHUNK));
		}
	}

	/**
	 * Enqueue jobs with limits.
	 * @param kinds the kind of each job, by its key
	 * @param limits the limits of each job, by its key
	 */
	void enqueueLimited(int count, LongFunction<JobKind> kinds, LongFunction<JobLimits> limits) {
		List<Long> batch = keys(count);
		this.store.enqueue(batch.stream()
			.map((key) -> new NewJob(kinds.apply(key).handler(), ChaosSettings.QUEUE, 0, kinds.apply(key).maxAttempts(),
					"[" + key + "]", Map.of(), null, null, null, null, limits.apply(key), null, null))
			.toList());
		batch.forEach((key) -> this.ledger.record(key, kinds.apply(key), Fate.ACCEPTED, false));
	}

	void limitQueue(int maxConcurrent) {
		this.store.admin().limit(LimitTarget.queue(ChaosSettings.QUEUE), JobLimit.concurrency(maxConcurrent));
	}

	/**
	 * Return what starts workflows, and waits for them as any other node.
	 */
	Workshop workshop() {
		return new Workshop();
	}

	private void inTransaction(SplittableRandom random, boolean isRolledBack) {
		Map<Long, JobKind> jobs = new TreeMap<>();
		keys(1 + random.nextInt(3)).forEach((key) -> jobs.put(key, JobKind.any(random, this.jobs.isTransactional())));
		// What fails before the commit is sent is rolled back, whatever becomes of the
		// connection.
		Fate[] fate = { Fate.ROLLED_BACK };
		try {
			this.transactions.executeWithoutResult((status) -> {
				jobs.forEach((key, kind) -> {
					this.jdbc.update("insert into ledger_order (job_key) values (?)", key);
					this.store.enqueue(List.of(job(kind, key)));
				});
				if (isRolledBack) {
					status.setRollbackOnly();
				}
				else {
					fate[0] = Fate.UNKNOWN;
				}
			});
			fate[0] = isRolledBack ? Fate.ROLLED_BACK : Fate.ACCEPTED;
		}
		catch (RuntimeException ex) {
			// The fate is what is known so far.
		}
		jobs.forEach((key, kind) -> this.ledger.record(key, kind, fate[0], true));
	}

	private List<Long> keys(int count) {
		List<Long> batch = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			batch.add(this.keys.incrementAndGet());
		}
		return batch;
	}

	private static NewJob job(JobKind kind, long key) {
		return new NewJob(kind.handler(), ChaosSettings.QUEUE, 0, kind.maxAttempts(), "[" + key + "]", Map.of(), null,
				null, null, null);
	}

	/**
	 * Stop producing; single jobs can still be enqueued.
	 */
	void stop() {
		this.threads.shutdown();
		try {
			if (!this.threads.awaitTermination(60, TimeUnit.SECONDS)) {
				throw new IllegalStateException("An enqueue hangs");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.client.close();
	}

	/**
	 * Where workflows are started.
	 */
	final class Workshop implements AutoCloseable {

		private final WorkflowRunner runner = new WorkflowRunner(Producer.this.store, List.of(),
				ChaosSettings.WORKFLOWS, Duration.ofDays(7), false);

		private final StoreJobEnqueuer enqueuer = new StoreJobEnqueuer(Producer.this.store, new JobHandlerRegistry(),
				new JacksonJobSerializer(JsonMapper.shared()),
				new EnqueueOptions(1, 1024 * 1024, UnknownHandlers.ACCEPT), (text) -> text);

		private final JobTemplate jobs = new JobTemplate(this.enqueuer);

		private Workshop() {
			this.runner.start();
		}

		Workflows workflows() {
			return new StoreWorkflows(Producer.this.store, this.jobs, this.enqueuer::prepare, this.enqueuer,
					new JacksonJobSerializer(JsonMapper.shared()), this.runner);
		}

		List<Long> keys(int count) {
			return Producer.this.keys(count);
		}

		JobSpec job(JobKind kind, long key) {
			return this.jobs.job(kind.handler(), key).queue(ChaosSettings.QUEUE);
		}

		@Override
		public void close() {
			this.runner.stop();
		}

	}

}
