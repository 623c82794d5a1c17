package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobId;
import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.handler.JobInvoker;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.retry.Backoff;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.NewJob;

/**
 * A node with an {@link EphemeralWorker} and no store: jobs of the handler {@code run}
 * append their number to what has run, those of {@code block} wait to be released.
 */
final class EphemeralNode implements AutoCloseable {

	final JobHandlerRegistry handlers = new JobHandlerRegistry();

	final Queue<JobEvent> events = new ConcurrentLinkedQueue<>();

	final Queue<String> ran = new ConcurrentLinkedQueue<>();

	final CountDownLatch blocked = new CountDownLatch(1);

	final CountDownLatch released = new CountDownLatch(1);

	final EphemeralWorker worker;

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "test-job");
		thread.setDaemon(true);
		return thread;
	});

	EphemeralNode(int capacity, int concurrency, EphemeralOptions.OnFull onFull, Duration maxWait,
			Duration shutdownTimeout) {
		this.worker = new EphemeralWorker(this.handlers, new JacksonJobSerializer(new JsonMapper()),
				new EphemeralOptions(capacity, concurrency, onFull, maxWait, shutdownTimeout),
				Backoff.fixed(Duration.ZERO), this.threads, new JobEvents(List.of(this.events::add)), List.of(),
				JobMetrics.NONE, Clock.systemUTC(), false);
		handle("run", (arguments, job) -> this.ran.add(String.valueOf(-job.id().value())));
		handle("block", (arguments, job) -> {
			this.blocked.countDown();
			return this.released.await(60, TimeUnit.SECONDS);
		});
	}

	void handle(String name, JobInvoker invoker) {
		this.handlers.register(JobHandler.of(name, List.of(), invoker));
	}

	JobId enqueue(String handler) {
		return enqueue(job(handler, 0, null));
	}

	JobId enqueue(NewJob job) {
		return this.worker.enqueue(List.of(job)).get(0);
	}

	List<JobId> enqueue(int count, String handler) {
		List<NewJob> jobs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			jobs.add(job(handler, 0, null));
		}
		return this.worker.enqueue(jobs);
	}

	static NewJob job(String handler, int priority, @Nullable Duration delay) {
		return new NewJob(handler, "any", priority, 3, "[]", Map.of(), delay, null, null, null);
	}

	int held() {
		return this.worker.status().running() + this.worker.status().waiting();
	}

	List<JobEvent.Type> events(JobId id) {
		return this.events.stream().filter((event) -> event.id().equals(id)).map(JobEvent::type).toList();
	}

	@Override
	public void close() {
		this.released.countDown();
		this.worker.stop();
		this.threads.shutdownNow();
	}

}
