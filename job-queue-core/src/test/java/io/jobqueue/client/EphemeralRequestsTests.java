package io.jobqueue.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobId;
import io.jobqueue.JobRejectedException;
import io.jobqueue.JobTemplate;
import io.jobqueue.Unique;
import io.jobqueue.UnknownJobHandlerException;
import io.jobqueue.annotation.Job;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link EphemeralRequests}, through {@link StoreJobEnqueuer}.
 */
class EphemeralRequestsTests {

	private final List<NewJob> stored = new ArrayList<>();

	private final List<NewJob> kept = new ArrayList<>();

	private final JobHandlerRegistry registry = new JobHandlerRegistry();

	private @Nullable EphemeralJobs node = (jobs) -> keep(jobs, this.kept, -1);

	private final JobTemplate jobs = new JobTemplate(
			new StoreJobEnqueuer(store(), this.registry, new JacksonJobSerializer(JsonMapper.shared()),
					EnqueueOptions.DEFAULT, (text) -> text, List::of, JobMetrics.NONE, () -> this.node));

	private JobStore store() {
		JobStore store = mock(JobStore.class);
		given(store.enqueue(any())).willAnswer((call) -> keep(call.getArgument(0), this.stored, 1));
		return store;
	}

	private static List<JobId> keep(List<NewJob> batch, List<NewJob> all, int sign) {
		all.addAll(batch);
		return IntStream.rangeClosed(all.size() - batch.size() + 1, all.size())
			.mapToObj((n) -> JobId.of((long) sign * n))
			.toList();
	}

	@BeforeEach
	void register() {
		this.registry.register(handler("usual", true));
		this.registry.register(handler("brief", false));
		this.registry.complete();
	}

	private static JobHandler handler(String name, boolean durable) {
		return new JobHandler(name, durable ? "mail" : "default", 0, null, null, null, FailureRules.NONE, durable,
				List.of(), null, null, null, null, (arguments, context) -> null, null);
	}

	@Test
	void handlerDecidesUnlessTheEnqueueDoes() {
		assertThat(this.jobs.enqueue("usual")).isEqualTo(JobId.of(1));
		assertThat(this.jobs.enqueue("brief")).isEqualTo(JobId.of(-1));
		assertThat(this.jobs.job("usual").ephemeral().enqueue()).isEqualTo(JobId.of(-2));
		assertThat(this.jobs.job("brief").durable().enqueue()).isEqualTo(JobId.of(2));
		assertThat(this.stored).extracting(NewJob::handler).containsExactly("usual", "brief");
		assertThat(this.kept).extracting(NewJob::handler).containsExactly("brief", "usual");
	}

	@Test
	void optionsThatNeedNoStoreAreKept() {
		this.jobs.job("brief").priority(3).in(Duration.ofSeconds(5)).maxAttempts(2).header("a", "b").enqueue();
		assertThat(this.kept).singleElement().satisfies((job) -> {
			assertThat(job.priority()).isEqualTo(3);
			assertThat(job.delay()).isEqualTo(Duration.ofSeconds(5));
			assertThat(job.maxAttempts()).isEqualTo(2);
			assertThat(job.headers()).containsEntry("a", "b");
		});
	}

	@Test
	void optionsThatNeedAStoreAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.job("usual").queue("q").ephemeral().enqueue())
			.withMessage(
					"An ephemeral job (handler: usual) goes through no queue, so it cannot be put into 'q': leave out"
							+ " queue(..), or make it durable()");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.job("brief").at(Instant.EPOCH).enqueue())
			.withMessageContaining("cannot wait for an instant");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.jobs.job("brief").unique(Unique.byKey("a")).enqueue())
			.withMessageContaining("cannot be unique");
		assertThat(this.kept).isEmpty();
		assertThat(this.stored).isEmpty();
	}

	@Test
	void argumentsAreCheckedAsThoseOfOthers() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("brief", 1))
			.withMessageContaining("takes 0 argument(s)");
	}

	@Test
	void handlerOfAnotherApplicationIsRefused() {
		assertThatExceptionOfType(UnknownJobHandlerException.class).isThrownBy(() -> this.jobs.enqueue("briet"))
			.withMessageContaining("did you mean [brief]?");
		JobTemplate enqueueOnly = new JobTemplate(
				new StoreJobEnqueuer(store(), complete(), new JacksonJobSerializer(JsonMapper.shared()),
						EnqueueOptions.DEFAULT, (text) -> text, List::of, JobMetrics.NONE, () -> this.node));
		assertThatExceptionOfType(UnknownJobHandlerException.class)
			.isThrownBy(() -> enqueueOnly.job("brief").ephemeral().enqueue())
			.withMessageStartingWith("There is no @Job handler named 'brief' in this application, and an ephemeral job"
					+ " runs on the node that enqueues it");
		assertThatExceptionOfType(UnknownJobHandlerException.class)
			.isThrownBy(() -> enqueueOnly.enqueue(BriefJobs::brief));
		assertThat(this.kept).isEmpty();
	}

	private static JobHandlerRegistry complete() {
		JobHandlerRegistry registry = new JobHandlerRegistry();
		registry.complete();
		return registry;
	}

	@Test
	void applicationThatRunsNoJobsTakesNone() {
		this.node = null;
		assertThatExceptionOfType(JobRejectedException.class).isThrownBy(() -> this.jobs.enqueue("brief"))
			.withMessageContaining("this one runs no jobs");
	}

	@Test
	void oneCallHasJobsOfOneKind() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.jobs
				.enqueueAll(Stream.of(this.jobs.job("usual").request(), this.jobs.job("brief").request())))
			.withMessageContaining("by separate calls");
		assertThat(this.jobs
			.enqueueAll(Stream.of(this.jobs.job("brief").request(), this.jobs.job("usual").ephemeral().request())))
			.containsExactly(JobId.of(-1), JobId.of(-2));
	}

	static class BriefJobs {

		@Job(name = "brief", durable = false)
		void brief() {
		}

	}

}
