package io.jobqueue.observation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.JobStoreException;
import io.jobqueue.event.JobEvent;
import io.jobqueue.interceptor.JobInterceptor.End;
import io.jobqueue.interceptor.OutgoingJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ObservationJobInterceptor}.
 */
class ObservationJobInterceptorTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final ObservationJobInterceptor interceptor = new ObservationJobInterceptor(this.registry, null, null);

	@Test
	void enqueueIsObservedWithHandlerQueueAndId() {
		this.interceptor.aroundEnqueue(List.of(new Outgoing("mail", "slow")), () -> {
			assertThat(this.registry.getCurrentObservation()).isNotNull();
			return List.of(JobId.of(7));
		});
		assertThat(this.registry.getCurrentObservation()).isNull();
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasSingleObservationThat()
			.hasNameEqualTo("jobqueue.job.enqueue")
			.hasContextualNameEqualTo("enqueue mail")
			.hasOnlyKeys("jobqueue.handler", "jobqueue.queue", "jobqueue.outcome", "jobqueue.job.id")
			.hasLowCardinalityKeyValue("jobqueue.handler", "mail")
			.hasLowCardinalityKeyValue("jobqueue.queue", "slow")
			.hasLowCardinalityKeyValue("jobqueue.outcome", "success")
			.hasHighCardinalityKeyValue("jobqueue.job.id", "7")
			.hasBeenStopped()
			.doesNotHaveError();
	}

	@Test
	void bulkIsOneObservation() {
		this.interceptor.aroundEnqueue(List.of(new Outgoing("mail", "a"), new Outgoing("mail", "b")),
				() -> List.of(JobId.of(1), JobId.of(2)));
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasSingleObservationThat()
			.hasLowCardinalityKeyValue("jobqueue.handler", "mail")
			.hasLowCardinalityKeyValue("jobqueue.queue", KeyValue.NONE_VALUE)
			.hasHighCardinalityKeyValue("jobqueue.job.count", "2")
			.doesNotHaveHighCardinalityKeyValueWithKey("jobqueue.job.id");
	}

	@Test
	void enqueueThatIsRefusedIsAnError() {
		JobStoreException away = new JobStoreException("away", null);
		assertThatExceptionOfType(JobStoreException.class)
			.isThrownBy(() -> this.interceptor.aroundEnqueue(List.of(new Outgoing("mail", "slow")), () -> {
				throw away;
			}))
			.isSameAs(away);
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasSingleObservationThat()
			.hasLowCardinalityKeyValue("jobqueue.outcome", "failure")
			.hasError(away);
	}

	@ParameterizedTest
	@CsvSource({ "SUCCEEDED, success", "RETRIED, retry", "FAILED, failure", "CANCELLED, cancelled", "SNOOZED, snoozed",
			"RELEASED, released" })
	void attemptIsObservedWithItsOutcome(JobEvent.Type type, String outcome) {
		this.interceptor.aroundAttempt(new Running(Map.of("secret", "x")), () -> {
			assertThat(this.registry.getCurrentObservation()).isNotNull();
			return new End(type, null);
		});
		assertThat(this.registry.getCurrentObservation()).isNull();
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasSingleObservationThat()
			.hasNameEqualTo("jobqueue.job.process")
			.hasContextualNameEqualTo("process mail")
			.hasOnlyKeys("jobqueue.handler", "jobqueue.queue", "jobqueue.outcome", "jobqueue.job.id",
					"jobqueue.job.attempt")
			.hasLowCardinalityKeyValue("jobqueue.handler", "mail")
			.hasLowCardinalityKeyValue("jobqueue.queue", "slow")
			.hasLowCardinalityKeyValue("jobqueue.outcome", outcome)
			.hasHighCardinalityKeyValue("jobqueue.job.id", "7")
			.hasHighCardinalityKeyValue("jobqueue.job.attempt", "2")
			.hasBeenStopped()
			.doesNotHaveError();
	}

	@ParameterizedTest
	@EnumSource(value = JobEvent.Type.class, names = "LEASE_LOST", mode = EnumSource.Mode.EXCLUDE)
	void failureIsAnErrorUnlessItIsAnInstruction(JobEvent.Type type) {
		IllegalStateException failure = new IllegalStateException("No luck");
		this.interceptor.aroundAttempt(new Running(Map.of()), () -> new End(type, failure));
		boolean isError = type == JobEvent.Type.RETRIED || type == JobEvent.Type.FAILED;
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasSingleObservationThat()
			.satisfies((context) -> assertThat(context.getError()).isEqualTo(isError ? failure : null));
	}

	@Test
	void traceTravelsInTheHeadersOfAllJobs() {
		this.registry.observationConfig().observationHandler(new Sender());
		List<OutgoingJob> jobs = List.of(new Outgoing("mail", "slow"), new Outgoing("mail", "slow"));
		this.interceptor.aroundEnqueue(jobs, () -> List.of(JobId.of(1), JobId.of(2)));
		assertThat(jobs)
			.allSatisfy((job) -> assertThat(job.headers()).containsOnly(Map.entry("traceparent", "00-1-2-01")));
		JobProcessObservationContext received = new JobProcessObservationContext(new Running(jobs.get(0).headers()));
		assertThat(received.getGetter().get(received.getCarrier(), "traceparent")).isEqualTo("00-1-2-01");
	}

	@Test
	void handlersThatThrowChangeNothing() {
		this.registry.observationConfig().observationHandler(new Broken());
		List<String> done = new ArrayList<>();
		this.interceptor.aroundEnqueue(List.of(new Outgoing("mail", "slow")), () -> {
			done.add("enqueue");
			return List.of(JobId.of(7));
		});
		this.interceptor.aroundAttempt(new Running(Map.of()), () -> {
			done.add("attempt");
			return new End(JobEvent.Type.SUCCEEDED, null);
		});
		assertThat(done).containsExactly("enqueue", "attempt");
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@Test
	void conventionsNameWhatIsObserved() {
		ObservationJobInterceptor named = new ObservationJobInterceptor(this.registry,
				new JobEnqueueObservationConvention() {

					@Override
					public String getName() {
						return "my.enqueue";
					}

				}, new JobProcessObservationConvention() {

					@Override
					public String getName() {
						return "my.process";
					}

					@Override
					public KeyValues getLowCardinalityKeyValues(JobProcessObservationContext context) {
						return JobProcessObservationConvention.super.getLowCardinalityKeyValues(context).and("region",
								"north");
					}

				});
		named.aroundEnqueue(List.of(new Outgoing("mail", "slow")), () -> List.of(JobId.of(7)));
		named.aroundAttempt(new Running(Map.of()), () -> new End(JobEvent.Type.SUCCEEDED, null));
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("my.enqueue")
			.that()
			.hasBeenStopped();
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("my.process")
			.that()
			.hasLowCardinalityKeyValue("region", "north")
			.hasLowCardinalityKeyValue("jobqueue.handler", "mail");
	}

	@Test
	void withoutAnyoneWhoObservesTheyOnlyProceed() {
		ObservationJobInterceptor idle = new ObservationJobInterceptor(ObservationRegistry.create(), null, null);
		List<String> done = new ArrayList<>();
		idle.aroundEnqueue(List.of(), () -> {
			done.add("enqueue");
			return List.of();
		});
		idle.aroundAttempt(new Running(Map.of()), () -> {
			done.add("attempt");
			return new End(JobEvent.Type.SUCCEEDED, null);
		});
		assertThat(done).containsExactly("enqueue", "attempt");
	}

	/**
	 * A job on its way to the store.
	 */
	private record Outgoing(String handler, String queue, Map<String, String> headers) implements OutgoingJob {

		Outgoing(String handler, String queue) {
			this(handler, queue, new LinkedHashMap<>());
		}

		@Override
		public void header(String name, String value) {
			this.headers.put(name, value);
		}

	}

	/**
	 * A job that runs.
	 */
	private record Running(Map<String, String> headers) implements JobContext {

		@Override
		public JobId id() {
			return JobId.of(7);
		}

		@Override
		public String name() {
			return "mail";
		}

		@Override
		public String queue() {
			return "slow";
		}

		@Override
		public int attempt() {
			return 2;
		}

		@Override
		public int maxAttempts() {
			return 3;
		}

		@Override
		public Instant createdAt() {
			return Instant.EPOCH;
		}

		@Override
		public Instant dueAt() {
			return Instant.EPOCH;
		}

		@Override
		public boolean isActive() {
			return true;
		}

		@Override
		public void progress(int percent, @Nullable String message) {
		}

	}

	/**
	 * Sends a trace, and baggage that is too large.
	 */
	private static final class Sender implements ObservationHandler<JobEnqueueObservationContext> {

		@Override
		public void onStart(JobEnqueueObservationContext context) {
			context.getSetter().set(context.getCarrier(), "traceparent", "00-1-2-01");
			context.getSetter()
				.set(context.getCarrier(), "baggage", "x".repeat(JobEnqueueObservationContext.MAX_LENGTH + 1));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof JobEnqueueObservationContext;
		}

	}

	/**
	 * Fails whatever it is told.
	 */
	private static final class Broken implements ObservationHandler<Observation.Context> {

		@Override
		public void onStart(Observation.Context context) {
			throw new IllegalStateException("broken start");
		}

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("broken stop");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
