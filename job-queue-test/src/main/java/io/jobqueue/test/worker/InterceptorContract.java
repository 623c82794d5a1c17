package io.jobqueue.test.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobContext;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobOperations;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.event.JobEvent.Type;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.serialization.JacksonJobSerializer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Interceptors are around enqueues and attempts, and what they do wrong is a failed
 * attempt at most.
 */
abstract class InterceptorContract extends WorkerContract {

	private final Queue<String> log = new ConcurrentLinkedQueue<>();

	@Test
	void interceptorsAreAroundTheHandlerInTheirOrderAndOnItsThread() {
		TestNode node = node().interceptors(logging("a"), logging("b")).handle("test.run", (arguments, job) -> {
			this.log.add("handler on " + Thread.currentThread().getId());
			return "done";
		}).start();
		JobRecord job = await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		assertThat(job.result()).isEqualTo("\"done\"");
		String thread = this.log.element().substring("a on ".length());
		assertThat(this.log).containsExactly("a on " + thread, "b on " + thread, "handler on " + thread,
				"b SUCCEEDED on " + thread, "a SUCCEEDED on " + thread);
		node.stop();
	}

	@Test
	void headersOfAnInterceptorReachInterceptorsAndHandlersOfEachJob() {
		Map<JobId, String> seen = new ConcurrentHashMap<>();
		node().interceptors(around((job, attempt) -> {
			this.log.add(job.headers().get("number"));
			attempt.proceed();
		})).handle("test.run", (arguments, job) -> seen.put(job.id(), job.headers().get("number"))).start();
		AtomicInteger number = new AtomicInteger();
		JobOperations numbering = template(new JobInterceptor() {

			@Override
			public void beforeEnqueue(OutgoingJob job) {
				job.header("number", "" + number.incrementAndGet());
			}

		});
		int count = 50;
		List<JobId> ids = numbering
			.enqueueAll(IntStream.range(0, count).mapToObj((i) -> numbering.job("test.run").request()));
		await(ids, JobState.SUCCEEDED);
		assertThat(ids).extracting(seen::get)
			.containsExactlyElementsOf(IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList());
		assertThat(this.log).containsExactlyInAnyOrderElementsOf(seen.values());
	}

	@Test
	void whatAnInterceptorThrowsIsAFailedAttempt() {
		List<String> kinds = List.of("checked", "error", "death", "selfish");
		AtomicInteger runs = new AtomicInteger();
		TestNode node = node().concurrency(1).interceptors(around((job, attempt) -> {
			boolean isBefore = job.attempt() == 1;
			boolean isAfter = job.attempt() == 2;
			if (isBefore) {
				sneakyThrow(failure(job.name()));
			}
			attempt.proceed();
			if (isAfter) {
				sneakyThrow(failure(job.name()));
			}
		}));
		kinds.forEach((name) -> node.handle(name, (arguments, job) -> runs.incrementAndGet()));
		node.start();
		List<JobId> ids = kinds.stream().map((name) -> this.jobs.enqueue(name)).toList();
		await(ids, JobState.SUCCEEDED);
		assertThat(ids).allSatisfy((id) -> {
			JobRecord job = get(id);
			assertThat(job.attempt()).isEqualTo(3);
			assertThat(job.failures()).extracting(JobFailure::type)
				.containsOnly(failure(job.handler()).getClass().getName());
		});
		assertThat(runs).hasValue(2 * kinds.size());
		patiently().untilAsserted(() -> assertThat(ids).allSatisfy(
				(id) -> assertThat(node.events(id)).containsExactly(Type.RETRIED, Type.RETRIED, Type.SUCCEEDED)));
	}

	@Test
	void interceptorsMayThrowInstructions() {
		node().interceptors(around((job, attempt) -> {
			if (job.name().equals("test.discard")) {
				throw new DiscardJobException("not here");
			}
			attempt.proceed();
			if (this.log.isEmpty()) {
				this.log.add("snoozed");
				throw new SnoozeJobException(Duration.ZERO);
			}
		})).handle("test.discard", (arguments, job) -> null).handle("test.snooze", (arguments, job) -> null).start();
		await(this.jobs.enqueue("test.discard"), JobState.CANCELLED);
		JobRecord snoozed = await(this.jobs.enqueue("test.snooze"), JobState.SUCCEEDED);
		assertThat(this.log).containsExactly("snoozed");
		assertThat(snoozed.attempt()).isOne();
	}

	@Test
	void toProceedNotOnceIsAFailedAttempt() {
		AtomicInteger runs = new AtomicInteger();
		node().interceptors(around((job, attempt) -> {
			if (job.attempt() == 2) {
				attempt.proceed();
				attempt.proceed();
			}
		})).handle("test.run", (arguments, job) -> runs.incrementAndGet()).start();
		JobRecord job = await(this.jobs.job("test.run").maxAttempts(2).enqueue(), JobState.FAILED);
		assertThat(runs).hasValue(1);
		assertThat(job.failures()).extracting(JobFailure::message)
			.anyMatch((message) -> message.startsWith("The handler was not called, because the interceptor "))
			.anyMatch((message) -> message.equals("An attempt can proceed only once"));
	}

	@Test
	void interceptorsSeeHowTheAttemptEndedAndCannotHideIt() {
		node().interceptors(logging("outer"), around((job, attempt) -> {
			JobInterceptor.End end = attempt.proceed();
			if (job.attempt() == 2) {
				throw new IllegalStateException("Refused", end.failure());
			}
		}), logging("inner")).handle("test.run", (arguments, job) -> {
			if (job.attempt() == 1) {
				throw new IllegalStateException("No luck");
			}
			return null;
		}).start();
		await(this.jobs.enqueue("test.run"), JobState.SUCCEEDED);
		assertThat(this.log.stream().filter((line) -> line.contains("ED")).map((line) -> line.split(" on ")[0]))
			.containsExactly("inner RETRIED No luck", "outer RETRIED No luck", "inner SUCCEEDED",
					"outer RETRIED Refused", "inner SUCCEEDED", "outer SUCCEEDED");
	}

	@Test
	void interceptorIsInterruptedWhenTheJobIsCancelled() {
		Gate gate = gate();
		node().interceptors(around((job, attempt) -> {
			gate.pass();
			attempt.proceed();
		})).handle("test.run", (arguments, job) -> null).start();
		JobId id = this.jobs.enqueue("test.run");
		eventually(gate::hasArrivals);
		admin().cancel(id);
		await(id, JobState.CANCELLED);
	}

	private JobOperations template(JobInterceptor interceptor) {
		return new JobTemplate(
				new StoreJobEnqueuer(this.store, new JobHandlerRegistry(), new JacksonJobSerializer(new JsonMapper()),
						new EnqueueOptions(MAX_ATTEMPTS, 1024 * 1024, UnknownHandlers.ACCEPT), (text) -> text,
						() -> List.of(interceptor), JobMetrics.NONE));
	}

	private JobInterceptor logging(String name) {
		return around((job, attempt) -> {
			String thread = " on " + Thread.currentThread().getId();
			this.log.add(name + thread);
			JobInterceptor.End end = attempt.proceed();
			this.log.add(name + " " + end.type() + ((end.failure() != null) ? " " + end.failure().getMessage() : "")
					+ thread);
		});
	}

	private static JobInterceptor around(Around around) {
		return new JobInterceptor() {

			@Override
			public void aroundAttempt(JobContext job, Attempt attempt) throws Exception {
				around.run(job, attempt);
			}

		};
	}

	private static Throwable failure(String kind) {
		return switch (kind) {
			case "checked" -> new IOException("No luck");
			case "error" -> new AssertionError("No luck");
			case "death" -> new FailureContract.Death();
			default -> new FailureContract.Selfish();
		};
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneakyThrow(Throwable failure) throws T {
		throw (T) failure;
	}

	/**
	 * What an interceptor does.
	 */
	@FunctionalInterface
	private interface Around {

		void run(JobContext job, JobInterceptor.Attempt attempt) throws Exception;

	}

}
