package io.jobqueue.test.postgres;

import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.JobTemplate;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.WorkerOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a job costs, in figures that do not depend on how fast the machine is: write-ahead
 * log, exchanges (each is one round trip and one commit), and memory allocated by this
 * process. The limits are what was measured and a fifth.
 */
class PostgresBudgetIntegrationTests {

	private static final int JOBS = 20_000;

	private static final int WARM_UP = 10_000;

	private final PostgresServer server = PostgresServer.get();

	private final String schema = this.server.newSchema();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger exchanges = new AtomicInteger();

	private final AtomicInteger runs = new AtomicInteger();

	private HikariDataSource pool;

	private PostgresJobStore store;

	@BeforeEach
	void createPool() {
		this.pool = new HikariDataSource();
		this.pool.setDataSource(this.server.dataSource());
		this.pool.setMaximumPoolSize(4);
	}

	@AfterEach
	void close() {
		this.store.close();
		this.pool.close();
		this.threads.shutdownNow();
	}

	@Test
	void jobWhoseHistoryIsKeptStaysWithinItsBudget() {
		Cost cost = measure(Retention.DEFAULT);
		assertThat(cost.walOfEnqueue()).isLessThan(390);
		assertThat(cost.walOfDrain()).isLessThan(390);
		assertThat(cost.exchanges()).isLessThan(0.02);
		assertThat(cost.allocationOfEnqueue()).isLessThan(2200);
		assertThat(cost.allocationOfDrain()).isLessThan(4600);
	}

	@Test
	void jobThatLeavesNoTraceStaysWithinItsBudget() {
		Cost cost = measure(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Retention.DEFAULT.cancelled()));
		assertThat(cost.walOfEnqueue()).isLessThan(390);
		assertThat(cost.walOfDrain()).isLessThan(125);
		assertThat(cost.exchanges()).isLessThan(0.02);
	}

	private Cost measure(Retention retention) {
		PostgresOptions options = PostgresOptions.DEFAULT.withSchema(this.schema).withRetention(retention);
		new PostgresSchema(this.server.dataSource(), options).migrate();
		this.store = new PostgresJobStore(this.pool, this.server.dataSource(), new JdbcTransactionManager(this.pool),
				options);
		JobHandlerRegistry handlers = new JobHandlerRegistry();
		handlers.register(
				JobHandler.of("order.confirm", List.of(Order.class), (arguments, job) -> this.runs.incrementAndGet()));
		handlers.complete();
		JobSerializer serializer = new JacksonJobSerializer(JsonMapper.builder().build());
		JobTemplate jobs = new JobTemplate(
				new StoreJobEnqueuer(this.store, handlers, serializer, EnqueueOptions.DEFAULT, (text) -> text));
		JobWorker worker = new JobWorker(countingExchanges(), handlers, serializer,
				WorkerOptions.of(PoolOptions.of(50, "default")), this.threads, new JobEvents(List.of()),
				Clock.systemUTC(), false);
		enqueue(jobs, WARM_UP);
		worker.start();
		awaitEnd(WARM_UP);
		worker.stop();
		this.exchanges.set(0);
		Reading start = read();
		enqueue(jobs, JOBS);
		Reading full = read();
		worker.start();
		awaitEnd(WARM_UP + JOBS);
		Reading end = read();
		worker.stop();
		return new Cost((full.wal() - start.wal()) / JOBS, (end.wal() - full.wal()) / JOBS,
				(double) this.exchanges.get() / JOBS, (full.allocated() - start.allocated()) / JOBS,
				(end.allocated() - full.allocated()) / JOBS);
	}

	private static void enqueue(JobTemplate jobs, int count) {
		jobs.enqueueAll(IntStream.range(0, count)
			.mapToObj((i) -> jobs.job("order.confirm", new Order(i, "somebody@example.com")).request()));
	}

	// The last outcomes are settled after the last run. The threads still live then, so
	// that
	// what they have allocated is counted.
	private void awaitEnd(int count) {
		Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> this.runs.get() == count && liveJobs() == 0);
	}

	private long liveJobs() {
		return JdbcClient.create(this.pool)
			.sql("select count(*) from " + this.schema + ".job")
			.query(Long.class)
			.single();
	}

	private JobStore countingExchanges() {
		return (JobStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { JobStore.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("exchange")) {
						this.exchanges.incrementAndGet();
					}
					try {
						return method.invoke(this.store, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	private Reading read() {
		long wal = JdbcClient.create(this.pool)
			.sql("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
			.query(Long.class)
			.single();
		ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long allocated = 0;
		for (long bytes : bean.getThreadAllocatedBytes(bean.getAllThreadIds())) {
			allocated += Math.max(bytes, 0);
		}
		return new Reading(wal, allocated);
	}

	/**
	 * An argument.
	 */
	record Order(long id, String customer) {
	}

	/**
	 * Counters at one moment.
	 */
	private record Reading(long wal, long allocated) {
	}

	/**
	 * Bytes per job, and exchanges per job.
	 */
	private record Cost(long walOfEnqueue, long walOfDrain, double exchanges, long allocationOfEnqueue,
			long allocationOfDrain) {
	}

}
