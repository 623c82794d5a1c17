package io.jobqueue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link JobTemplate}.
 */
class JobTemplateTests {

	private final List<List<JobRequest>> chunks = new ArrayList<>();

	private final List<Integer> pulledAtChunk = new ArrayList<>();

	private final AtomicInteger pulled = new AtomicInteger();

	private final AtomicBoolean isClosed = new AtomicBoolean();

	private long lastId;

	private final JobTemplate jobs = new JobTemplate(this::accept);

	@Test
	void enqueueByReferenceSendsOneRequest() {
		JobId id = this.jobs.enqueue(Jobs::one, "x");
		assertThat(id).isEqualTo(JobId.of(1));
		assertThat(this.chunks).singleElement().satisfies((chunk) -> {
			assertThat(chunk).singleElement().satisfies((request) -> {
				assertThat(request.arguments()).isEqualTo(List.of("x"));
				assertThat(request.target()).hasToString(Jobs.class.getName() + "::one");
			});
		});
	}

	@Test
	void contextIsNoArgument() {
		this.jobs.enqueue(Jobs::oneAndContext, "x");
		this.jobs.enqueue(Jobs::context);
		assertThat(this.chunks).extracting((chunk) -> chunk.get(0).arguments())
			.containsExactly(List.of("x"), List.of());
	}

	@Test
	void enqueueByNameTakesAnyNumberOfArguments() {
		this.jobs.enqueue("a");
		this.jobs.enqueue("a", 1, null, 3, 4);
		assertThat(this.chunks).extracting((chunk) -> chunk.get(0).arguments().size()).containsExactly(0, 4);
	}

	@Test
	void bulkIsSentInChunksOfOneThousand() {
		List<JobId> ids = this.jobs.enqueueAll(Jobs::one, stream(2500));
		assertThat(this.chunks).extracting(List::size).containsExactly(1000, 1000, 500);
		assertThat(ids).extracting(JobId::value)
			.containsExactlyElementsOf(LongStream.rangeClosed(1, 2500).boxed().toList());
		assertThat(this.chunks.stream().flatMap(List::stream).map((request) -> request.arguments().get(0)))
			.isEqualTo(IntStream.range(0, 2500).mapToObj(Integer::toString).toList());
		assertThat(this.isClosed).isTrue();
	}

	@Test
	void bulkTellsTheResultsInOrder() {
		List<EnqueueResult> results = new ArrayList<>();
		this.jobs.enqueueAll(stream(1500).map((text) -> this.jobs.job(Jobs::one, text).request()), results::add);
		assertThat(results).extracting((result) -> result.id().value())
			.containsExactlyElementsOf(LongStream.rangeClosed(1, 1500).boxed().toList());
		assertThat(this.isClosed).isTrue();
	}

	@Test
	void bulkPullsNoMoreThanItSends() {
		this.jobs.enqueueAll(Jobs::one, stream(2500));
		assertThat(this.pulledAtChunk).containsExactly(1000, 2000, 2500);
	}

	@Test
	void bulkOfFullChunksSendsNoEmptyOne() {
		this.jobs.enqueueAll(Jobs::one, stream(2000));
		assertThat(this.chunks).extracting(List::size).containsExactly(1000, 1000);
	}

	@Test
	void bulkOfNothingSendsNothing() {
		assertThat(this.jobs.enqueueAll(Jobs::one, stream(0))).isEmpty();
		assertThat(this.chunks).isEmpty();
		assertThat(this.isClosed).isTrue();
	}

	@Test
	void failingStreamIsClosedAndKeepsChunksBeforeIt() {
		Stream<String> failing = stream(2500).peek((element) -> {
			if (element.equals("1500")) {
				throw new IllegalStateException("gone");
			}
		});
		assertThatIllegalStateException().isThrownBy(() -> this.jobs.enqueueAll(Jobs::one, failing))
			.withMessage("gone");
		assertThat(this.chunks).extracting(List::size).containsExactly(1000);
		assertThat(this.isClosed).isTrue();
	}

	@Test
	void chunkIsNotChangedAfterItWasSent() {
		this.jobs.enqueueAll(Jobs::one, stream(1001));
		assertThat(this.chunks.get(0)).hasSize(1000);
	}

	private Stream<String> stream(int size) {
		return IntStream.range(0, size).mapToObj((i) -> {
			this.pulled.incrementAndGet();
			return Integer.toString(i);
		}).onClose(() -> this.isClosed.set(true));
	}

	private List<EnqueueResult> accept(List<JobRequest> requests) {
		this.chunks.add(requests);
		this.pulledAtChunk.add(this.pulled.get());
		return requests.stream().map((request) -> EnqueueResult.enqueued(JobId.of(++this.lastId))).toList();
	}

	static class Jobs {

		void one(String text) {
		}

		void oneAndContext(String text, JobContext context) {
		}

		void context(JobContext context) {
		}

	}

}
