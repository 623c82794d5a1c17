package io.jobqueue.test.budget;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.WorkerOptions;

/**
 * Many small jobs that do nothing, enqueued in bulk and then worked by a node, and what
 * that costs per job in figures that do not depend on how fast the machine is.
 */
final class Workload implements AutoCloseable {

	private static final int JOBS = 20_000;

	private static final int WARM_UP = 10_000;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger exchanges = new AtomicInteger();

	private final AtomicInteger runs = new AtomicInteger();

	private final JobStore store;

	private final LongSupplier server;

	private final Allocation allocation;

	private final JobTemplate jobs;

	private final JobWorker worker;

	/**
	 * Create a workload.
	 * @param store the store
	 * @param server reads a counter of the server
	 * @param allocation what is allocated since before the store was created
	 */
	Workload(JobStore store, LongSupplier server, Allocation allocation) {
		this.store = store;
		this.server = server;
		this.allocation = allocation;
		JobHandlerRegistry handlers = new JobHandlerRegistry();
		handlers.register(
				JobHandler.of("order.confirm", List.of(Order.class), (arguments, job) -> this.runs.incrementAndGet()));
		handlers.complete();
		JobSerializer serializer = new JacksonJobSerializer(JsonMapper.builder().build());
		this.jobs = new JobTemplate(
				new StoreJobEnqueuer(store, handlers, serializer, EnqueueOptions.DEFAULT, (text) -> text));
		this.worker = new JobWorker(countingExchanges(), handlers, serializer,
				WorkerOptions.of(PoolOptions.of(50, "default")), this.threads, new JobEvents(List.of()),
				Clock.systemUTC(), false);
	}

	Cost measure() {
		enqueue(WARM_UP);
		drain(WARM_UP);
		this.worker.stop();
		this.exchanges.set(0);
		Reading start = read();
		enqueue(JOBS);
		Reading full = read();
		drain(WARM_UP + JOBS);
		// The threads still live now, so what they have allocated is counted.
		Reading end = read();
		this.worker.stop();
		return new Cost(per(full.server() - start.server()), per(end.server() - full.server()),
				per(this.exchanges.get()), per(full.allocated() - start.allocated()),
				per(end.allocated() - full.allocated()));
	}

	private static double per(long sum) {
		return (double) sum / JOBS;
	}

	private void enqueue(int count) {
		this.jobs.enqueueAll(IntStream.range(0, count)
			.mapToObj((i) -> this.jobs.job("order.confirm", new Order(i, "somebody@example.com")).request()));
	}

	// The last outcomes are settled after the last run.
	private void drain(int count) {
		this.worker.start();
		Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> this.runs.get() == count && live() == 0);
	}

	private long live() {
		return this.store.admin()
			.countByState()
			.entrySet()
			.stream()
			.filter((entry) -> Set.of(JobState.SCHEDULED, JobState.AVAILABLE, JobState.RUNNING)
				.contains(entry.getKey()))
			.mapToLong((entry) -> entry.getValue())
			.sum();
	}

	private JobStore countingExchanges() {
		return (JobStore) Proxy.newProxyInstance(getClass().getClassLoader(), ClassUtils.getAllInterfaces(this.store),
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
		return new Reading(this.server.getAsLong(), this.allocation.bytes());
	}

	@Override
	public void close() {
		this.worker.stop();
		this.threads.shutdownNow();
	}

	/**
	 * An argument.
	 */
	record Order(long id, String customer) {
	}

	/**
	 * Counters at one moment.
	 */
	private record Reading(long server, long allocated) {
	}

	/**
	 * What one job costs.
	 *
	 * @param enqueue of what the server counts, to be enqueued
	 * @param drain of what the server counts, to be worked
	 * @param exchanges each is one round trip and one commit
	 * @param enqueueAllocation bytes allocated by this process
	 * @param drainAllocation bytes allocated by this process
	 */
	record Cost(double enqueue, double drain, double exchanges, double enqueueAllocation, double drainAllocation) {
	}

}
