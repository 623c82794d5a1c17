package io.jobqueue.test.worker;

import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobId;
import io.jobqueue.JobOperations;
import io.jobqueue.JobTemplate;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobEvents;
import io.jobqueue.event.JobListener;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.handler.JobInvoker;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.EphemeralOptions;
import io.jobqueue.worker.EphemeralWorker;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.WorkerOptions;
import io.jobqueue.worker.WorkerStatus;

/**
 * An application with one worker, as a test wants it: four threads for the queue
 * {@code default}, impatient intervals, retries at once. Configured by one thread, then
 * started.
 */
final class TestNode {

	private final JobStore store;

	private final JobHandlerRegistry handlers = new JobHandlerRegistry();

	private final Queue<JobEvent> events = new ConcurrentLinkedQueue<>();

	private final List<JobListener> listeners = new ArrayList<>(List.of(this.events::add));

	private List<JobInterceptor> interceptors = List.of();

	private final ExecutorService ownThreads = Executors.newCachedThreadPool(TestNode::daemon);

	private Executor threads = this.ownThreads;

	private List<PoolOptions> pools = List.of(PoolOptions.of(4, WorkerContract.QUEUE));

	private RetryPolicy retryPolicy = Backoff.fixed(Duration.ZERO);

	private Duration pollInterval = Duration.ofMillis(50);

	private Duration heartbeatInterval = Duration.ofMillis(100);

	private Duration deadAfter = WorkerContract.DEAD_AFTER;

	private Duration shutdownTimeout = Duration.ofSeconds(5);

	private Clock clock = Clock.systemUTC();

	private JobMetrics metrics = JobMetrics.NONE;

	private @Nullable JobWorker worker;

	private @Nullable JobEvents told;

	private @Nullable EphemeralWorker ephemeral;

	private boolean isToldAfterItsStop;

	TestNode(JobStore store) {
		this.store = store;
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "test-job");
		thread.setDaemon(true);
		return thread;
	}

	TestNode handle(JobHandler handler) {
		this.handlers.register(handler);
		return this;
	}

	TestNode handle(String name, List<Type> argumentTypes, JobInvoker invoker) {
		return handle(JobHandler.of(name, argumentTypes, invoker));
	}

	TestNode handle(String name, JobInvoker invoker) {
		return handle(name, List.of(), invoker);
	}

	TestNode pools(PoolOptions... pools) {
		this.pools = List.of(pools);
		return this;
	}

	TestNode concurrency(int concurrency) {
		return pools(PoolOptions.of(concurrency, WorkerContract.QUEUE));
	}

	TestNode threads(Executor threads) {
		this.threads = threads;
		return this;
	}

	/**
	 * Let all but some threads wait at a gate before they take their first job.
	 */
	TestNode threadsBehind(Gate gate, int free) {
		AtomicInteger started = new AtomicInteger();
		return threads((runner) -> this.ownThreads.execute(() -> {
			if (started.incrementAndGet() > free) {
				gate.passStubbornly();
			}
			runner.run();
		}));
	}

	TestNode retryPolicy(RetryPolicy policy) {
		this.retryPolicy = policy;
		return this;
	}

	/**
	 * Ask the store so rarely that whatever happens in a test happens without it.
	 */
	TestNode withoutPolling() {
		this.pollInterval = Duration.ofMinutes(5);
		return this;
	}

	TestNode deadAfter(Duration silence) {
		this.deadAfter = silence;
		return this;
	}

	TestNode shutdownTimeout(Duration timeout) {
		this.shutdownTimeout = timeout;
		return this;
	}

	TestNode clock(Clock itsClock) {
		this.clock = itsClock;
		return this;
	}

	TestNode listener(JobListener listener) {
		this.listeners.add(0, listener);
		return this;
	}

	TestNode interceptors(JobInterceptor... outermostFirst) {
		this.interceptors = List.of(outermostFirst);
		return this;
	}

	TestNode metrics(JobMetrics itsMetrics) {
		this.metrics = itsMetrics;
		return this;
	}

	JobWorker create() {
		JobWorker created = this.worker;
		if (created == null) {
			WorkerOptions options = new WorkerOptions("test", this.pools, this.retryPolicy, this.pollInterval,
					this.heartbeatInterval, this.deadAfter, this.shutdownTimeout);
			created = new JobWorker(this.store, this.handlers, new JacksonJobSerializer(new JsonMapper()),
					() -> options, this.threads, told(), this.interceptors, this.metrics, this.clock, false);
			this.worker = created;
		}
		return created;
	}

	private JobEvents told() {
		JobEvents events = this.told;
		if (events == null) {
			events = new JobEvents(this.listeners);
			this.told = events;
		}
		return events;
	}

	TestNode start() {
		create().start();
		return this;
	}

	/**
	 * Run ephemeral jobs, too, and return what enqueues them.
	 */
	JobOperations startEphemeral() {
		EphemeralWorker started = new EphemeralWorker(this.handlers, new JacksonJobSerializer(new JsonMapper()),
				EphemeralOptions.DEFAULT, this.retryPolicy, this.threads, told(), this.interceptors, this.metrics,
				this.clock, false);
		this.ephemeral = started;
		started.start();
		this.handlers.complete();
		return new JobTemplate(
				new StoreJobEnqueuer(this.store, this.handlers, new JacksonJobSerializer(new JsonMapper()),
						new EnqueueOptions(WorkerContract.MAX_ATTEMPTS, 1024 * 1024, UnknownHandlers.ACCEPT),
						(text) -> text, List::of, this.metrics, () -> started::enqueue));
	}

	/**
	 * Tell listeners also of what a stop has brought about, however long that takes: a
	 * worker that stops gives them little time.
	 */
	TestNode toldAfterItsStop() {
		told().start();
		this.isToldAfterItsStop = true;
		return this;
	}

	void stop() {
		create().stop();
	}

	/**
	 * Stop, and interrupt what is left.
	 */
	void close() {
		if (this.worker != null) {
			this.worker.stop();
		}
		if (this.ephemeral != null) {
			this.ephemeral.stop();
		}
		if (this.isToldAfterItsStop) {
			told().stop();
			this.isToldAfterItsStop = false;
		}
		this.ownThreads.shutdownNow();
	}

	WorkerStatus status() {
		WorkerStatus status = create().status();
		if (status == null) {
			throw new IllegalStateException("The worker is not running");
		}
		return status;
	}

	/**
	 * Return what listeners were told, in that order. On a slow machine jobs may be given
	 * back that wait for a thread, so this is left out.
	 */
	List<JobEvent> events() {
		return this.events.stream().filter((event) -> event.type() != JobEvent.Type.RELEASED).toList();
	}

	/**
	 * Return what listeners were told of one job, as {@link #events()}.
	 */
	List<JobEvent.Type> events(JobId id) {
		return events().stream().filter((event) -> event.id().equals(id)).map(JobEvent::type).toList();
	}

	/**
	 * Return whether listeners were told that a job was given back.
	 */
	boolean hasReleased(JobId id) {
		return this.events.stream()
			.anyMatch((event) -> event.type() == JobEvent.Type.RELEASED && event.id().equals(id));
	}

}
