package io.jobqueue.annotation;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.jobqueue.InvalidJobHandlerException;
import io.jobqueue.JobContext;
import io.jobqueue.OnDuplicate;
import io.jobqueue.Unique;
import io.jobqueue.UniqueScope;
import io.jobqueue.handler.UniqueRule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the unique keys of handlers.
 */
class UniqueExpressionTests {

	private static final Order ORDER = new Order("7", new Customer(42));

	@Test
	void handlerWithoutKeyHasNoRule() {
		try (JobsApplication application = JobsApplication.with(UniqueJobs.class)) {
			assertThat(application.handler("none").unique()).isNull();
		}
	}

	@Test
	void argumentsAreThereByNameByPositionAndAllTogether() {
		try (JobsApplication application = JobsApplication.with(UniqueJobs.class)) {
			assertThat(key(application, "named", "mail", ORDER)).isEqualTo(42L);
			assertThat(key(application, "positions", "mail", ORDER)).isEqualTo("mail-7");
			assertThat(key(application, "several", "mail", ORDER)).isEqualTo(List.of(42L, "mail"));
			assertThat(key(application, "all", "mail", ORDER)).isEqualTo(List.of("mail", ORDER));
		}
	}

	@Test
	void attributesAreRead() {
		Map<String, String> properties = Map.of("window", "10m");
		try (JobsApplication application = JobsApplication.with(properties, (context) -> {
		}, UniqueJobs.class)) {
			assertThat(unique(application, "named", "mail", ORDER)).isEqualTo(Unique.byKey(42L));
			assertThat(unique(application, "positions", "mail", ORDER))
				.isEqualTo(Unique.byKey("mail-7").whileWaiting().orPostpone());
			assertThat(unique(application, "several", "mail", ORDER))
				.isEqualTo(Unique.byKey(List.of(42L, "mail")).forDuration(Duration.ofMinutes(10)).orFail());
		}
	}

	@Test
	void jobWithoutKeyIsNotUnique() {
		try (JobsApplication application = JobsApplication.with(UniqueJobs.class)) {
			assertThat(unique(application, "nullable", (Object) null)).isNull();
			assertThat(key(application, "nullable", "a")).isEqualTo("A");
		}
	}

	@Test
	void keyThatHasNoValueFailsTheEnqueueWithoutShowingArguments() {
		try (JobsApplication application = JobsApplication.with(UniqueJobs.class)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> key(application, "named", "secret", new Order("secret", null)))
				.withMessageContaining("'uniqueKey' = '#order.customer.id' of " + UniqueJobs.class.getName() + ".named")
				.withMessageNotContaining("secret");
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void invalidKeyPreventsStart(Class<?> jobs, String message) {
		assertThatExceptionOfType(InvalidJobHandlerException.class).isThrownBy(() -> JobsApplication.with(jobs))
			.withMessage("@Job method " + jobs.getName() + ".handle " + message);
	}

	static Stream<Arguments> invalidKeyPreventsStart() {
		return Stream.of(
				Arguments.of(UnknownName.class,
						"has uniqueKey = '#oder', but there is no #oder. Use one of [#order, #a0, #p0, #arguments]"),
				Arguments.of(NoExpression.class,
						"has uniqueKey = '#order.', which is no expression. Write an expression such as"
								+ " '#order.customerId'"),
				Arguments.of(NoKey.class,
						"says how its jobs are unique, but not by what. Set 'uniqueKey', for instance to \"#arguments\""),
				Arguments.of(NoDuration.class,
						"holds its unique keys for a duration, but does not say for which. Set 'uniqueFor'"),
				Arguments.of(TwoScopes.class,
						"has both 'uniqueFor' and uniqueScope = WHILE_WAITING. Remove one of them"),
				Arguments.of(ZeroDuration.class,
						"has a wrong uniqueFor: A key is held for at least one millisecond and at most 365 days, not PT0S."
								+ " Correct 'uniqueFor'"));
	}

	private static @Nullable Object key(JobsApplication application, String handler, @Nullable Object... arguments) {
		Unique unique = unique(application, handler, arguments);
		return (unique != null) ? unique.key() : null;
	}

	private static @Nullable Unique unique(JobsApplication application, String handler, @Nullable Object... arguments) {
		UniqueRule rule = application.handler(handler).unique();
		assertThat(rule).isNotNull();
		return rule.of(Arrays.asList(arguments));
	}

	record Order(String id, @Nullable Customer customer) {
	}

	record Customer(long id) {
	}

	static class UniqueJobs {

		@Job("none")
		void none() {
		}

		@Job(name = "named", uniqueKey = "#order.customer.id")
		void named(JobContext context, String kind, Order order) {
		}

		@Job(name = "positions", uniqueKey = "#a0 + '-' + #p1.id", uniqueScope = UniqueScope.WHILE_WAITING,
				onDuplicate = OnDuplicate.POSTPONE)
		void positions(String kind, JobContext context, Order order) {
		}

		@Job(name = "several", uniqueKey = "{#order.customer.id, #kind}", uniqueFor = "${window:1h}",
				onDuplicate = OnDuplicate.FAIL)
		void several(String kind, Order order) {
		}

		@Job(name = "all", uniqueKey = Job.ALL_ARGUMENTS)
		void all(String kind, Order order) {
		}

		@Job(name = "nullable", uniqueKey = "#text?.toUpperCase()")
		void nullable(String text) {
		}

	}

	static class UnknownName {

		@Job(name = "a", uniqueKey = "#oder")
		void handle(Order order) {
		}

	}

	static class NoExpression {

		@Job(name = "a", uniqueKey = "#order.")
		void handle(Order order) {
		}

	}

	static class NoKey {

		@Job(name = "a", onDuplicate = OnDuplicate.FAIL)
		void handle(Order order) {
		}

	}

	static class NoDuration {

		@Job(name = "a", uniqueKey = "#a0", uniqueScope = UniqueScope.FOR_DURATION)
		void handle(Order order) {
		}

	}

	static class TwoScopes {

		@Job(name = "a", uniqueKey = "#a0", uniqueScope = UniqueScope.WHILE_WAITING, uniqueFor = "1h")
		void handle(Order order) {
		}

	}

	static class ZeroDuration {

		@Job(name = "a", uniqueKey = "#a0", uniqueFor = "0s")
		void handle(Order order) {
		}

	}

}
