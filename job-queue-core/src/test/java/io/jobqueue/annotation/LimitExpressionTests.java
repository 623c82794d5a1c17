package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.jobqueue.InvalidJobHandlerException;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.RateLimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LimitExpression}.
 */
class LimitExpressionTests {

	@Test
	void withoutKeyLimitsAreThoseOfTheHandler() {
		assertThat(limits("newsletter", "jo"))
			.isEqualTo(JobLimits.ofHandler(new JobLimit(5, RateLimit.parse("100/s, burst 20"))));
	}

	@Test
	void withKeyLimitsAreThoseOfTheKey() {
		assertThat(limits("book", "jo")).isEqualTo(new JobLimits("jo", JobLimit.concurrency(1), true, JobLimit.NONE));
	}

	@Test
	void handlerHasLimitsBesideThoseOfItsKeys() {
		assertThat(limits("ship", "jo"))
			.isEqualTo(new JobLimits("jo", JobLimit.concurrency(1), false, new JobLimit(4, RateLimit.parse("10/s"))));
	}

	@Test
	void jobWithoutKeyHasOnlyTheLimitsOfItsHandler() {
		assertThat(limits("ship", null)).isEqualTo(JobLimits.ofHandler(new JobLimit(4, RateLimit.parse("10/s"))));
		assertThat(limits("book", null)).isNull();
	}

	@Test
	void limitBesideThatOfAKeyNeedsAKey() {
		assertThatIsInvalid("keyless").withMessageContaining("but no key").withMessageContaining("'concurrencyKey'");
	}

	@Test
	void keyNeedsALimitOfItsOwn() {
		assertThatIsInvalid("limitless").withMessageContaining("no limit for it");
	}

	@Test
	void limitsAreChecked() {
		assertThatIsInvalid("none").withMessageContaining("has handlerMaxConcurrent = 0");
		assertThatIsInvalid("odd").withMessageContaining("handlerRateLimit");
	}

	private static ThrowableAssertAlternative<InvalidJobHandlerException> assertThatIsInvalid(String name) {
		return assertThatExceptionOfType(InvalidJobHandlerException.class).isThrownBy(() -> attributes(name));
	}

	private static @Nullable JobLimits limits(String name, @Nullable String customer) {
		JobAttributes attributes = attributes(name);
		assertThat(attributes).isNotNull();
		assertThat(attributes.limits()).isNotNull();
		return attributes.limits().of(Arrays.asList(customer));
	}

	private static @Nullable JobAttributes attributes(String name) {
		List<Method> methods = List.of(Handlers.class.getDeclaredMethods());
		Method method = methods.stream()
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		return JobAttributes.of(method, (text) -> text);
	}

	/**
	 * Handlers, some of them wrong.
	 */
	@SuppressWarnings("unused")
	static class Handlers {

		@Job(name = "test.newsletter", maxConcurrent = "5", rateLimit = "100/s, burst 20")
		void newsletter(String customer) {
		}

		@Job(name = "test.book", concurrencyKey = "#customer", maxConcurrent = "1")
		void book(@Nullable String customer) {
		}

		@Job(name = "test.ship", concurrencyKey = "#customer", maxConcurrent = "1", releasesKeyOnRetry = true,
				handlerMaxConcurrent = "4", handlerRateLimit = "10/s")
		void ship(@Nullable String customer) {
		}

		@Job(name = "test.keyless", maxConcurrent = "1", handlerMaxConcurrent = "4")
		void keyless(String customer) {
		}

		@Job(name = "test.limitless", concurrencyKey = "#customer", handlerMaxConcurrent = "4")
		void limitless(String customer) {
		}

		@Job(name = "test.none", concurrencyKey = "#customer", maxConcurrent = "1", handlerMaxConcurrent = "0")
		void none(String customer) {
		}

		@Job(name = "test.odd", concurrencyKey = "#customer", maxConcurrent = "1", handlerRateLimit = "often")
		void odd(String customer) {
		}

	}

}
