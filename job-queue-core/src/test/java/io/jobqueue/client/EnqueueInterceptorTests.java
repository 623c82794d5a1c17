package io.jobqueue.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobId;
import io.jobqueue.JobOperations;
import io.jobqueue.JobStoreException;
import io.jobqueue.JobTemplate;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link JobInterceptor interceptors} around enqueues.
 */
class EnqueueInterceptorTests {

	private final JobStore store = mock(JobStore.class);

	private final List<List<NewJob>> stored = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	EnqueueInterceptorTests() {
		given(this.store.enqueue(any())).willAnswer((call) -> {
			List<NewJob> jobs = call.getArgument(0);
			this.log.add("store " + jobs.size());
			this.stored.add(List.copyOf(jobs));
			return IntStream.rangeClosed(1, jobs.size()).mapToObj(JobId::of).toList();
		});
	}

	@Test
	void headersOfInterceptorsAreStoredWithThoseOfTheCaller() {
		JobTemplate jobs = template(before((job) -> job.header("tenant", "acme")), before((job) -> {
			assertThat(job.headers()).containsOnly(Map.entry("own", "1"), Map.entry("tenant", "acme"));
			job.header("own", "2");
			job.header("summary", job.handler() + " to " + job.queue());
		}));
		assertThat(jobs.job("mail", "secret").queue("slow").header("own", "1").enqueue()).isEqualTo(JobId.of(1));
		assertThat(this.stored.get(0)).singleElement().satisfies((job) -> {
			assertThat(job.headers()).containsExactly(Map.entry("own", "2"), Map.entry("tenant", "acme"),
					Map.entry("summary", "mail to slow"));
			assertThat(job.arguments()).isEqualTo("[\"secret\"]");
		});
	}

	@Test
	void theFirstIsTheOutermost() {
		template(logging("a"), logging("b")).enqueue("mail");
		assertThat(this.log).containsExactly("a before", "b before", "store 1", "b after [1]", "a after [1]");
	}

	@Test
	void eachJobOfABulkIsSeenOnceAndEachCallOfTheStoreOnce() {
		AtomicInteger seen = new AtomicInteger();
		JobTemplate jobs = template(before((job) -> seen.incrementAndGet()), new JobInterceptor() {

			@Override
			public void aroundEnqueue(List<OutgoingJob> chunk, Enqueue enqueue) {
				EnqueueInterceptorTests.this.log.add("chunk " + chunk.size());
				enqueue.proceed();
			}

		});
		int count = JobOperations.CHUNK_SIZE * 2 + 1;
		assertThat(jobs.enqueueAll(IntStream.range(0, count).mapToObj((i) -> jobs.job("mail", i).request())))
			.hasSize(count);
		assertThat(seen).hasValue(count);
		assertThat(this.log).containsExactly("chunk 1000", "store 1000", "chunk 1000", "store 1000", "chunk 1",
				"store 1");
	}

	@Test
	void whatIsThrownGoesToTheCallerAndNothingIsEnqueued() {
		JobTemplate jobs = template(logging("a"), before((job) -> {
			throw new IllegalCallerException("not you");
		}));
		assertThatExceptionOfType(IllegalCallerException.class).isThrownBy(() -> jobs.enqueue("mail"));
		assertThat(this.log).containsExactly("a before", "a failed");
	}

	@Test
	void notToProceedIsAnError() {
		JobTemplate jobs = template(around((enqueue) -> {
		}));
		assertThatIllegalStateException().isThrownBy(() -> jobs.enqueue("mail"))
			.withMessageStartingWith("Nothing was enqueued, because the interceptor " + getClass().getName())
			.withMessageEndingWith("did not proceed. To refuse an enqueue, throw an exception");
		assertThat(this.stored).isEmpty();
	}

	@Test
	void toProceedTwiceIsAnError() {
		JobTemplate jobs = template(around((enqueue) -> {
			enqueue.proceed();
			enqueue.proceed();
		}));
		assertThatIllegalStateException().isThrownBy(() -> jobs.enqueue("mail"))
			.withMessage("An enqueue can proceed only once");
		assertThat(this.stored).hasSize(1);
	}

	@Test
	void noInterceptorHidesThatTheStoreRefused() {
		willThrow(new JobStoreException("away", null)).given(this.store).enqueue(any());
		JobTemplate jobs = template(around((enqueue) -> {
			try {
				enqueue.proceed();
			}
			catch (JobStoreException ex) {
				this.log.add("hidden");
			}
		}));
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> jobs.enqueue("mail")).withMessage("away");
		assertThat(this.log).containsExactly("hidden");
	}

	@Test
	void headersAreLimitedApartFromThoseOfTheCaller() {
		String large = "x".repeat(Sizes.MAX_HEADER_BYTES - 1);
		JobTemplate jobs = template(before((job) -> job.header("b", large)));
		jobs.job("mail").header("a", large).enqueue();
		assertThat(this.stored.get(0).get(0).headers()).containsOnlyKeys("a", "b");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> template(before((job) -> job.header("b", large + "xx"))).enqueue("mail"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> template(before((job) -> job.header("", "x"))).enqueue("mail"));
		assertThat(this.stored).hasSize(1);
	}

	@Test
	void headerAfterTheEnqueueIsAnError() {
		JobTemplate jobs = template(new JobInterceptor() {

			@Override
			public void aroundEnqueue(List<OutgoingJob> chunk, Enqueue enqueue) {
				enqueue.proceed();
				chunk.get(0).header("late", "x");
			}

		});
		assertThatIllegalStateException().isThrownBy(() -> jobs.enqueue("mail"))
			.withMessageStartingWith("The header 'late' comes too late");
	}

	@Test
	void interceptorsAreAskedForAtTheFirstEnqueue() {
		AtomicInteger asked = new AtomicInteger();
		JobTemplate jobs = new JobTemplate(enqueuer(() -> {
			asked.incrementAndGet();
			return List.of(logging("a"));
		}));
		assertThat(asked).hasValue(0);
		jobs.enqueue("mail");
		jobs.enqueue("mail");
		assertThat(asked).hasValue(1);
		assertThat(this.stored).hasSize(2);
	}

	private JobTemplate template(JobInterceptor... interceptors) {
		return new JobTemplate(enqueuer(() -> List.of(interceptors)));
	}

	private StoreJobEnqueuer enqueuer(Supplier<List<JobInterceptor>> interceptors) {
		return new StoreJobEnqueuer(this.store, new JobHandlerRegistry(), new JacksonJobSerializer(JsonMapper.shared()),
				EnqueueOptions.DEFAULT, (text) -> text, interceptors, JobMetrics.NONE);
	}

	private static JobInterceptor before(Consumer<OutgoingJob> action) {
		return new JobInterceptor() {

			@Override
			public void beforeEnqueue(OutgoingJob job) {
				action.accept(job);
			}

		};
	}

	private static JobInterceptor around(Consumer<JobInterceptor.Enqueue> action) {
		return new JobInterceptor() {

			@Override
			public void aroundEnqueue(List<OutgoingJob> jobs, Enqueue enqueue) {
				action.accept(enqueue);
			}

		};
	}

	private JobInterceptor logging(String name) {
		return around((enqueue) -> {
			this.log.add(name + " before");
			try {
				this.log.add(name + " after " + enqueue.proceed());
			}
			catch (RuntimeException ex) {
				this.log.add(name + " failed");
				throw ex;
			}
		});
	}

}
