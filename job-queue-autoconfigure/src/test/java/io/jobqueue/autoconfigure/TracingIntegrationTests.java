package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.tracing.BaggageInScope;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.autoconfigure.observation.JobQueueObservationAutoConfiguration;
import io.jobqueue.test.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Traces that go through a store, with OpenTelemetry as Spring Boot sets it up.
 */
class TracingIntegrationTests {

	@ParameterizedTest
	@ValueSource(strings = { "postgres", "redis" })
	void attemptsContinueTheTraceOfTheirEnqueue(String store) {
		run(store, (context) -> {
			Tracer tracer = context.getBean(Tracer.class);
			Span request = tracer.nextSpan().name("request").start();
			Tracer.SpanInScope scope = tracer.withSpan(request);
			BaggageInScope tenant = tracer.createBaggageInScope("tenant", "acme");
			JobId id;
			try {
				id = context.getBean(JobTemplate.class)
					.job("trace.work", "secret argument")
					.header("password", "secret header")
					.enqueue();
			}
			finally {
				tenant.close();
				scope.close();
				request.end();
			}
			awaitSuccess(context, id);

			// The job of the handler ends the story.
			List<SpanData> spans = awaitSpans(context, 6);
			assertThat(spans).extracting(SpanData::getTraceId).containsOnly(request.context().traceId());
			SpanData enqueue = one(spans, "enqueue trace.work");
			assertThat(enqueue.getParentSpanId()).isEqualTo(request.context().spanId());
			assertThat(enqueue.getKind()).isEqualTo(SpanKind.PRODUCER);
			assertThat(attributes(enqueue)).containsOnly(Map.entry("jobqueue.handler", "trace.work"),
					Map.entry("jobqueue.queue", "traced"), Map.entry("jobqueue.outcome", "success"),
					Map.entry("jobqueue.job.id", id.toString()));

			List<SpanData> attempts = named(spans, "process trace.work");
			assertThat(attempts).hasSize(2).allSatisfy((attempt) -> {
				assertThat(attempt.getParentSpanId()).isEqualTo(enqueue.getSpanId());
				assertThat(attempt.getKind()).isEqualTo(SpanKind.CONSUMER);
			});
			assertThat(attempts.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
			assertThat(attributes(attempts.get(0))).contains(Map.entry("jobqueue.outcome", "retry"),
					Map.entry("jobqueue.job.attempt", "1"));
			assertThat(attempts.get(1).getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
			assertThat(attributes(attempts.get(1))).containsOnly(Map.entry("jobqueue.handler", "trace.work"),
					Map.entry("jobqueue.queue", "traced"), Map.entry("jobqueue.outcome", "success"),
					Map.entry("jobqueue.job.attempt", "2"), Map.entry("jobqueue.job.id", id.toString()));
			assertThat(context.getBean(Jobs.class).seen).containsEntry("tenant", "acme")
				.containsEntry("trace", request.context().traceId());

			SpanData followUp = one(spans, "enqueue trace.follow");
			assertThat(followUp.getParentSpanId()).isEqualTo(attempts.get(1).getSpanId());
			assertThat(one(spans, "process trace.follow").getParentSpanId()).isEqualTo(followUp.getSpanId());
			assertThat(spans.toString()).doesNotContain("secret");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "postgres", "redis" })
	void bulkIsOneSpanAndNoTraceRunsIntoAnother(String store) {
		run(store, (context) -> {
			JobTemplate jobs = context.getBean(JobTemplate.class);
			jobs.enqueueAll(Stream.of(1, 2, 3).map((i) -> jobs.job("trace.follow", i).request()))
				.forEach((id) -> awaitSuccess(context, id));
			awaitSuccess(context, jobs.enqueue("trace.follow", 4));
			List<SpanData> spans = awaitSpans(context, 6);
			Map<String, List<SpanData>> traces = spans.stream().collect(Collectors.groupingBy(SpanData::getTraceId));
			assertThat(traces).hasSize(2);
			List<SpanData> bulk = traces.get(spans.get(0).getTraceId());
			SpanData enqueue = one(bulk, "enqueue trace.follow");
			assertThat(attributes(enqueue)).contains(Map.entry("jobqueue.job.count", "3"));
			assertThat(named(bulk, "process trace.follow")).hasSize(3)
				.allSatisfy((attempt) -> assertThat(attempt.getParentSpanId()).isEqualTo(enqueue.getSpanId()));
		});
	}

	@Test
	void recurringJobThatIsTriggeredContinuesTheTrace() {
		run("postgres", (context) -> {
			RecurringJobs recurring = context.getBean(RecurringJobs.class);
			recurring.create("traced", Recurrence.cron("@yearly"),
					context.getBean(JobTemplate.class).job("trace.follow", 1).request());
			Tracer tracer = context.getBean(Tracer.class);
			Span request = tracer.nextSpan().name("request").start();
			Tracer.SpanInScope scope = tracer.withSpan(request);
			try {
				awaitSuccess(context, recurring.trigger("traced"));
			}
			finally {
				scope.close();
				request.end();
			}
			List<SpanData> spans = awaitSpans(context, 3);
			assertThat(spans).extracting(SpanData::getTraceId).containsOnly(request.context().traceId());
			SpanData enqueue = one(spans, "enqueue trace.follow");
			assertThat(one(spans, "process trace.follow").getParentSpanId()).isEqualTo(enqueue.getSpanId());
		});
	}

	private static void run(String store, ContextConsumer consumer) {
		ApplicationContextRunner runner = store.equals("redis")
				? new ApplicationContextRunner()
					.withConfiguration(
							AutoConfigurations.of(DataRedisAutoConfiguration.class, JobQueueAutoConfiguration.class))
					.withPropertyValues("spring.data.redis.url=" + RedisServer.get().url(),
							"job-queue.redis.key-prefix=" + RedisServer.newKeyPrefix())
				: PostgresApplication.inNewSchema();
		runner
			.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class,
					OpenTelemetrySdkAutoConfiguration.class, OpenTelemetryTracingAutoConfiguration.class,
					MicrometerTracingAutoConfiguration.class, JobQueueObservationAutoConfiguration.class))
			.withUserConfiguration(Export.class, Jobs.class)
			.withPropertyValues("job-queue.retry.delay=0", "management.tracing.sampling.probability=1",
					"management.tracing.baggage.remote-fields=tenant")
			.run(consumer::accept);
	}

	private static void awaitSuccess(AssertableApplicationContext context, JobId id) {
		JobAdmin admin = context.getBean(JobAdmin.class);
		await().atMost(Duration.ofSeconds(30)).until(() -> admin.get(id).state() == JobState.SUCCEEDED);
	}

	/**
	 * Return spans in the order of their ends.
	 */
	private static List<SpanData> awaitSpans(AssertableApplicationContext context, int count) {
		InMemorySpanExporter exporter = context.getBean(Export.class).spans;
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(exporter.getFinishedSpanItems()).hasSize(count));
		return exporter.getFinishedSpanItems();
	}

	private static List<SpanData> named(List<SpanData> spans, String name) {
		return spans.stream().filter((span) -> span.getName().equals(name)).toList();
	}

	private static SpanData one(List<SpanData> spans, String name) {
		List<SpanData> found = named(spans, name);
		assertThat(found).as(name).hasSize(1);
		return found.get(0);
	}

	private static Map<String, String> attributes(SpanData span) {
		return span.getAttributes()
			.asMap()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((entry) -> entry.getKey().getKey(), (entry) -> entry.getValue().toString()));
	}

	@FunctionalInterface
	interface ContextConsumer {

		void accept(AssertableApplicationContext context) throws Throwable;

	}

	@Configuration(proxyBeanMethods = false)
	static class Export {

		// No bean: Spring Boot would export to it once more, in batches.
		private final InMemorySpanExporter spans = InMemorySpanExporter.create();

		@Bean
		SpanProcessor spanProcessor() {
			return SimpleSpanProcessor.create(this.spans);
		}

	}

	static class Jobs {

		final Map<String, String> seen = new ConcurrentHashMap<>();

		private final Tracer tracer;

		private final JobTemplate jobs;

		Jobs(Tracer tracer, JobTemplate jobs) {
			this.tracer = tracer;
			this.jobs = jobs;
		}

		@Job(name = "trace.work", queue = "traced")
		void work(String argument, JobContext job) {
			if (job.attempt() == 1) {
				throw new IllegalStateException("as intended");
			}
			this.seen.put("tenant", this.tracer.getBaggage("tenant").get());
			this.seen.put("trace", this.tracer.currentSpan().context().traceId());
			this.jobs.enqueue(Jobs::follow, 1);
		}

		@Job("trace.follow")
		void follow(int number) {
		}

	}

}
