package io.jobqueue.client;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobContext;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.JobRequest;
import io.jobqueue.JobSerializationException;
import io.jobqueue.JobSpec;
import io.jobqueue.JobStoreException;
import io.jobqueue.JobTarget;
import io.jobqueue.JobTemplate;
import io.jobqueue.OnDuplicate;
import io.jobqueue.Unique;
import io.jobqueue.UniqueScope;
import io.jobqueue.UnknownJobHandlerException;
import io.jobqueue.annotation.Job;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link StoreJobEnqueuer}.
 */
class StoreJobEnqueuerTests {

	private final JobStore store = mock(JobStore.class);

	private final JobHandlerRegistry registry = new JobHandlerRegistry();

	private final List<NewJob> stored = new ArrayList<>();

	private JobTemplate jobs = template(EnqueueOptions.DEFAULT);

	@BeforeEach
	void recordWhatIsStored() {
		given(this.store.enqueue(any())).willAnswer((call) -> {
			List<NewJob> batch = call.getArgument(0);
			this.stored.addAll(batch);
			return IntStream.rangeClosed(this.stored.size() - batch.size() + 1, this.stored.size())
				.mapToObj(JobId::of)
				.toList();
		});
	}

	@Test
	void requestWithoutOptionsTakesThoseOfHandler() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		assertThat(this.jobs.enqueue("order.confirm", new Order("7"))).isEqualTo(JobId.of(1));
		assertThat(this.stored).containsExactly(
				new NewJob("order.confirm", "mail", 5, 3, "[{\"id\":\"7\"}]", Map.of(), null, null, null, null));
	}

	@Test
	void whatHandlerLeavesOpenComesFromOptions() {
		this.registry.register(JobHandler.of("plain", List.of(), (arguments, context) -> null));
		this.jobs = template(new EnqueueOptions(4, 1000, UnknownHandlers.REJECT));
		this.jobs.enqueue("plain");
		assertThat(this.stored)
			.containsExactly(new NewJob("plain", "default", 0, 4, "[]", Map.of(), null, null, null, null));
	}

	@Test
	void optionsOfRequestGoFirst() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		Backoff backoff = Backoff.fixed(Duration.ofSeconds(9));
		this.jobs.job("order.confirm", new Order("7"))
			.queue("other")
			.priority(-1)
			.maxAttempts(7)
			.in(Duration.ofMinutes(1))
			.timeout(Duration.ofSeconds(2))
			.backoff(backoff)
			.header("a", "b")
			.enqueue();
		assertThat(this.stored).containsExactly(new NewJob("order.confirm", "other", -1, 7, "[{\"id\":\"7\"}]",
				Map.of("a", "b"), Duration.ofMinutes(1), null, Duration.ofSeconds(2), backoff.format()));
	}

	@Test
	void keyIsWrittenSoThatStoresCanKeepIt() {
		given(this.store.enqueueUnique(any())).willAnswer((call) -> {
			this.stored.addAll(call.getArgument(0));
			return List.of(new EnqueueResult(JobId.of(5), EnqueueResult.Kind.SKIPPED));
		});
		assertThat(this.jobs.job("any", 1).unique(Unique.byKey("a")).enqueueResult().isEnqueued()).isFalse();
		for (Object key : List.of(7, 'c', List.of("x", 1), new Order("7"), "k".repeat(256), "k".repeat(257), "\0",
				"\ud800", "=a", "")) {
			assertThat(this.jobs.job("any", 1).unique(Unique.byKey(key)).enqueue()).isEqualTo(JobId.of(5));
		}
		this.jobs.job("any", 1).unique(Unique.byArguments()).enqueue();
		this.jobs.job("any", 2).unique(Unique.byArguments()).enqueue();
		List<String> keys = this.stored.stream().map((job) -> job.unique().value()).toList();
		assertThat(keys).doesNotHaveDuplicates()
			.startsWith("=a", "=7", "=c", "=[[\"x\",1]]", "=[{\"id\":\"7\"}]", "=" + "k".repeat(256));
		assertThat(keys.subList(6, 9)).allMatch((key) -> key.matches("#[\\w-]{43}"));
		assertThat(keys.subList(9, 11)).containsExactly("==a", "=");
		assertThat(keys.subList(11, 13)).allMatch((key) -> key.matches("\\*[\\w-]{43}"));
		assertThat(this.stored.get(9).toString()).contains("UniqueKey (UNTIL_FINISHED, SKIP)").doesNotContain("==");
	}

	@Test
	void ruleOfHandlerAppliesUnlessTheRequestSaysOtherwise() {
		given(this.store.enqueueUnique(any())).willAnswer((call) -> {
			this.stored.addAll(call.getArgument(0));
			return List.of(EnqueueResult.enqueued(JobId.of(5)));
		});
		this.registry.register(new JobHandler("ruled", "default", 0, null, null, null, FailureRules.NONE, true,
				List.of(String.class), null,
				(arguments) -> (arguments.get(0) != null) ? Unique.byKey(arguments.get(0)).whileWaiting() : null, null,
				null, (arguments, context) -> null, null));
		this.jobs.enqueue("ruled", "a");
		this.jobs.job("ruled", "a").unique(Unique.byKey("b").orFail()).enqueue();
		this.jobs.enqueue("ruled", (Object) null);
		assertThat(this.stored).extracting(NewJob::unique)
			.containsExactly(new UniqueKey("=a", UniqueScope.WHILE_WAITING, null, OnDuplicate.SKIP),
					new UniqueKey("=b", UniqueScope.UNTIL_FINISHED, null, OnDuplicate.FAIL), null);
	}

	@Test
	void instantIsHandedToStore() {
		Instant instant = Instant.parse("2030-01-01T00:00:00Z");
		this.jobs.job("any").at(instant).enqueue();
		assertThat(this.stored.get(0).runAt()).isEqualTo(instant);
	}

	@Test
	void noDelayAtAllIsDueAtOnce() {
		this.jobs.job("any").in(Duration.ZERO).enqueue();
		this.jobs.job("any").in(Duration.ofDays(-1)).enqueue();
		this.jobs.job("any").at(Instant.MIN).enqueue();
		assertThat(this.stored).allMatch((job) -> job.delay() == null && job.runAt() == null).hasSize(3);
	}

	@Test
	void batchIsHandedToStoreAtOnceAndInOrder() {
		List<JobId> ids = this.jobs.enqueueAll(Stream.of("a", "b", "c").map((name) -> this.jobs.job(name).request()));
		assertThat(this.stored).extracting(NewJob::handler).containsExactly("a", "b", "c");
		assertThat(ids).extracting(JobId::value).containsExactly(1L, 2L, 3L);
	}

	@Test
	void wrongRequestOfBatchLeavesNothingBehind() {
		assertThatExceptionOfType(JobSerializationException.class).isThrownBy(() -> this.jobs
			.enqueueAll(Stream.of("x", new Object()).map((argument) -> this.jobs.job("any", argument).request())));
		assertThat(this.stored).isEmpty();
	}

	@Test
	void emptyBatchDoesNotBotherStore() {
		assertThat(new StoreJobEnqueuer(this.store, this.registry, new JacksonJobSerializer(JsonMapper.shared()),
				EnqueueOptions.DEFAULT, (text) -> text)
			.enqueue(List.of())).isEmpty();
		assertThat(this.stored).isEmpty();
	}

	@Test
	void refusalOfStorePassesUnchanged() {
		JobStoreException failure = new JobStoreException("down", null);
		willThrow(failure).given(this.store).enqueue(any());
		assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> this.jobs.enqueue("any")).isSameAs(failure);
	}

	@Test
	void referenceFindsHandlerOfMethod() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		this.jobs.enqueue(OrderJobs::confirm, new Order("7"));
		assertThat(this.stored).singleElement()
			.extracting(NewJob::handler, NewJob::queue)
			.containsExactly("order.confirm", "mail");
	}

	@Test
	void referenceFindsHandlerInSubclassAndBehindInterface() {
		register("special", "q", 0, null, SpecialJobs.class, "run");
		this.jobs.enqueue(Api<String>::run, "x");
		this.jobs.enqueue(BaseJobs::run, "x");
		this.jobs.enqueue(SpecialJobs::run, "x");
		assertThat(this.stored).extracting(NewJob::handler).containsExactly("special", "special", "special");
	}

	@Test
	void referenceToInheritedMethodFindsHandler() {
		register("inherited", "q", 0, null, BaseJobs.class, "inherited");
		this.jobs.enqueue(SpecialJobs::inherited);
		this.jobs.enqueue(BaseJobs::inherited);
		assertThat(this.stored).extracting(NewJob::handler).containsExactly("inherited", "inherited");
	}

	@Test
	void referenceThatMeansSeveralHandlersIsRejected() {
		register("one", "q", 0, null, SpecialJobs.class, "run");
		register("two", "q", 0, null, OtherJobs.class, "run");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue(Api<String>::run, "x"))
			.withMessage(Api.class.getName() + "::run means several handlers: [one, two]. Enqueue by name");
		this.jobs.enqueue(OtherJobs::run, "x");
		assertThat(this.stored).extracting(NewJob::handler).containsExactly("two");
	}

	@Test
	void enqueueOnlyApplicationReadsAnnotationOfMethod() {
		this.registry.complete();
		this.jobs.enqueue(OrderJobs::invoice, new Order("7"), 3);
		assertThat(this.stored).containsExactly(
				new NewJob("order.invoice", "billing", 9, 5, "[{\"id\":\"7\"},3]", Map.of(), null, null, null, null));
	}

	@Test
	void enqueueOnlyApplicationMayUseAnyName() {
		this.registry.complete();
		this.jobs.enqueue("somewhere.else", 1, 2, 3);
		assertThat(this.stored).containsExactly(
				new NewJob("somewhere.else", "default", 0, 10, "[1,2,3]", Map.of(), null, null, null, null));
	}

	@Test
	void referenceToMethodWithoutAnnotationIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue(OrderJobs::noJob))
			.withMessage(OrderJobs.class.getName()
					+ "::noJob is no @Job method: annotate it, or refer to the method that is annotated");
	}

	@Test
	void referenceToMethodThatIsGoneIsRejected() {
		JobTarget gone = new JobTarget.Referenced("com.example.Gone", "run", "()V");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.job(gone).enqueue())
			.withMessageContaining("There is no method com.example.Gone::run");
	}

	@Test
	void unknownNameIsRejectedWithNearMatches() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		this.registry.complete();
		assertThatExceptionOfType(UnknownJobHandlerException.class)
			.isThrownBy(() -> this.jobs.enqueue("order.confrim", new Order("7")))
			.satisfies((ex) -> assertThat(ex.getNearMatches()).containsExactly("order.confirm"));
		assertThat(this.stored).isEmpty();
	}

	@Test
	void referenceToHandlerOfNoBeanIsRejectedLikeAnUnknownName() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		this.registry.complete();
		assertThatExceptionOfType(UnknownJobHandlerException.class)
			.isThrownBy(() -> this.jobs.enqueue(OrderJobs::invoice, new Order("7"), 3))
			.satisfies((ex) -> assertThat(ex.getHandler()).isEqualTo("order.invoice"));
	}

	@Test
	void unknownNameIsAcceptedOnRequest() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		this.registry.complete();
		this.jobs = template(new EnqueueOptions(10, 1000, UnknownHandlers.ACCEPT));
		this.jobs.enqueue("order.confrim");
		this.jobs.enqueue(OrderJobs::invoice, new Order("7"), 3);
		assertThat(this.stored).extracting(NewJob::handler).containsExactly("order.confrim", "order.invoice");
	}

	@Test
	void unknownNameIsAcceptedWhileHandlersAreNotComplete() {
		register("order.confirm", "mail", 5, 3, OrderJobs.class, "confirm");
		this.jobs.enqueue("later");
		this.registry.complete();
		assertThatExceptionOfType(UnknownJobHandlerException.class).isThrownBy(() -> this.jobs.enqueue("later"));
	}

	@Test
	void handlerThatIsRegisteredLaterIsFoundThen() {
		this.jobs.enqueue(OrderJobs::confirm, new Order("7"));
		register("order.confirm", "changed", 5, 3, OrderJobs.class, "confirm");
		this.jobs.enqueue(OrderJobs::confirm, new Order("7"));
		assertThat(this.stored).extracting(NewJob::queue).containsExactly("default", "changed");
	}

	@Test
	void wrongNumberOfArgumentsIsRejected() {
		register("order.invoice", "q", 0, null, OrderJobs.class, "invoice");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("order.invoice", new Order("secret")))
			.withMessage(
					"The handler 'order.invoice' takes 2 argument(s) [" + Order.class.getTypeName() + ", int], not 1");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("order.invoice"))
			.withMessageEndingWith("not 0");
	}

	@Test
	void argumentOfWrongTypeIsRejectedWithoutShowingIt() {
		register("order.invoice", "q", 0, null, OrderJobs.class, "invoice");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("order.invoice", "secret", 1))
			.withMessage("Argument 1 of the handler 'order.invoice' must be a " + Order.class.getTypeName()
					+ ", not a java.lang.String");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("order.invoice", new Order("1"), null))
			.withMessage("Argument 2 of the handler 'order.invoice' must be a int, not null");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("order.invoice", new Order("1"), 1L))
			.withMessageContaining("must be a int, not a java.lang.Long");
	}

	@Test
	void wholeNumberMayStandForWiderNumber() {
		register("numbers", "q", 0, null, OrderJobs.class, "numbers");
		this.jobs.enqueue("numbers", 1, 2, (short) 3);
		this.jobs.enqueue("numbers", 1L, 2.5, 3L);
		assertThat(this.stored).extracting(NewJob::arguments).containsExactly("[1,2,3]", "[1,2.5,3]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("numbers", 1.5, 2, 3));
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("numbers", "1", 2, 3));
	}

	@Test
	void argumentsUpToTheLimitAreAccepted() {
		this.jobs = template(new EnqueueOptions(10, 100, UnknownHandlers.REJECT));
		this.jobs.enqueue("any", "a".repeat(96));
		this.jobs.enqueue("any", "\uD83D\uDE00".repeat(24));
		this.jobs.enqueue("any", "\u20AC".repeat(32));
		assertThat(this.stored).hasSize(3);
	}

	@Test
	void oversizedArgumentsAreRejectedWithSizeLimitAndRemedy() {
		this.jobs = template(new EnqueueOptions(10, 100, UnknownHandlers.REJECT));
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("any", "a".repeat(97)))
			.withMessage(
					"The arguments for the handler 'any' take 101 bytes as JSON, the limit is 100. Store the document"
							+ " elsewhere and pass a reference to it, or raise the limit");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("any", "\uD83D\uDE00".repeat(25)))
			.withMessageContaining("take 104 bytes");
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueue("any", "\u00E4".repeat(49)))
			.withMessageContaining("take 102 bytes");
		assertThat(this.stored).isEmpty();
	}

	@Test
	void deadlineOfRequestGoesFirst() {
		this.registry.register(new JobHandler("order.ring", "default", 0, null, null, null, FailureRules.NONE, true,
				List.of(), null, null, null, null, (arguments, context) -> null, Duration.ofMinutes(10)));
		this.jobs.enqueue("order.ring");
		this.jobs.job("order.ring").deadline(Duration.ofMinutes(1)).enqueue();
		this.jobs.enqueue("any");
		assertThat(this.stored).extracting(NewJob::deadline)
			.containsExactly(JobDeadline.after(Duration.ofMinutes(10)), JobDeadline.after(Duration.ofMinutes(1)), null);
	}

	@Test
	void deadlineMustBeLaterThanTheDueTime() {
		Instant instant = Instant.parse("2030-01-01T00:00:00Z");
		JobSpec job = this.jobs.job("any").at(instant).deadline(instant);
		assertThatIllegalArgumentException().isThrownBy(job::enqueue)
			.withMessage("The deadline of a job must be later than its due time: 2030-01-01T00:00:00Z is not after"
					+ " 2030-01-01T00:00:00Z");
		assertThat(this.stored).isEmpty();
		job.deadline(instant.plusMillis(1)).enqueue();
		assertThat(this.stored).hasSize(1);
	}

	@Test
	void headersAreBounded() {
		JobSpec many = this.jobs.job("any");
		IntStream.range(0, 64).forEach((i) -> many.header("h" + i, "v"));
		many.enqueue();
		many.header("one more", "v");
		assertThatIllegalArgumentException().isThrownBy(many::enqueue).withMessage("A job may have 64 headers, not 65");
		JobSpec large = this.jobs.job("any").header("h", "v".repeat(8191));
		large.enqueue();
		large.header("i", "");
		assertThatIllegalArgumentException().isThrownBy(large::enqueue)
			.withMessage("The headers of a job may take 8192 bytes in all, not 8193. Pass larger values as arguments");
		assertThat(this.stored).hasSize(2);
	}

	@ParameterizedTest
	@MethodSource
	void requestMadeByHandIsChecked(JobRequest request, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.jobs.enqueueAll(Stream.of(request)))
			.withMessageContaining(message);
		assertThat(this.stored).isEmpty();
	}

	static Stream<Arguments> requestMadeByHandIsChecked() {
		Duration second = Duration.ofSeconds(1);
		return Stream.of(Arguments.of(request("a b", null, null, null, null, null), "Not a valid queue name: 'a b'"),
				Arguments.of(request(null, 101, null, null, null, null), "'priority' must be from -100 to 100"),
				Arguments.of(request(null, null, second, Instant.EPOCH, null, null), "not both"),
				Arguments.of(request(null, null, Duration.ofDays(40_000), null, null, null), "more than 36525 days"),
				Arguments.of(request(null, null, null, Instant.MAX, null, null), "later than 9999-12-31T23:59:59Z"),
				Arguments.of(request(null, null, null, null, 0, null), "'maxAttempts' must be from 1 to 1000"),
				Arguments.of(request(null, null, null, null, null, Duration.ZERO), "'timeout' must be at least"),
				Arguments.of(request(null, null, null, null, null, Duration.ofSeconds(Long.MAX_VALUE)),
						"at most 365 days"));
	}

	private static JobRequest request(@Nullable String queue, @Nullable Integer priority, @Nullable Duration delay,
			@Nullable Instant runAt, @Nullable Integer maxAttempts, @Nullable Duration timeout) {
		return new JobRequest(JobTarget.named("any"), List.of(), queue, priority, delay, runAt, maxAttempts, timeout,
				null, Map.of(), null, null, null, null);
	}

	@Test
	void illegalOptionsAreRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> new EnqueueOptions(0, 100, UnknownHandlers.REJECT));
		assertThatIllegalArgumentException().isThrownBy(() -> new EnqueueOptions(1001, 100, UnknownHandlers.REJECT));
		assertThatIllegalArgumentException().isThrownBy(() -> new EnqueueOptions(10, 1, UnknownHandlers.REJECT));
	}

	@Test
	void madeUpNamesDoNotFillMemory() throws Exception {
		this.jobs = template(new EnqueueOptions(10, 1000, UnknownHandlers.ACCEPT));
		TargetResolver resolver = new TargetResolver(this.registry, UnknownHandlers.ACCEPT, (text) -> text);
		IntStream.range(0, 1000).forEach((i) -> resolver.resolve(JobTarget.named("name" + i)));
		assertThat(resolver).extracting("resolved").isEqualTo(Map.of());
	}

	private JobTemplate template(EnqueueOptions options) {
		return new JobTemplate(
				new StoreJobEnqueuer(this.store, this.registry, new JacksonJobSerializer(JsonMapper.shared()), options,
						(text) -> text.replace("${billing}", "billing")));
	}

	private void register(String name, String queue, int priority, @Nullable Integer maxAttempts, Class<?> type,
			String methodName) {
		Method method = Arrays.stream(type.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(methodName) && !candidate.isBridge())
			.collect(Collectors.toMap(Method::getName, (candidate) -> candidate, (a, b) -> a, LinkedHashMap::new))
			.get(methodName);
		this.registry.register(new JobHandler(name, queue, priority, maxAttempts, null, null,
				Arrays.stream(method.getGenericParameterTypes()).filter((each) -> each != JobContext.class).toList(),
				null, method, (arguments, context) -> null));
	}

	record Order(String id) {
	}

	static class OrderJobs {

		@Job("order.confirm")
		void confirm(Order order) {
		}

		@Job(name = "order.invoice", queue = "${billing}", priority = "9", maxAttempts = 5)
		void invoice(Order order, int copies, JobContext context) {
		}

		void numbers(long a, double b, Number c) {
		}

		void noJob() {
		}

	}

	interface Api<T> {

		void run(T value);

	}

	abstract static class BaseJobs implements Api<String> {

		@Override
		public void run(String value) {
		}

		void inherited() {
		}

	}

	static class SpecialJobs extends BaseJobs {

		@Override
		public void run(String value) {
		}

	}

	static class OtherJobs extends BaseJobs {

		@Override
		public void run(String value) {
		}

	}

}
