package io.jobqueue.annotation;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;

import io.jobqueue.DiscardJobException;
import io.jobqueue.InvalidJobHandlerException;
import io.jobqueue.JobContext;
import io.jobqueue.retry.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the messages of handlers that cannot be used as they are declared.
 */
class InvalidJobHandlerTests {

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void invalidHandlerPreventsStart(Class<?> jobs, String message) {
		assertThatExceptionOfType(InvalidJobHandlerException.class).isThrownBy(() -> JobsApplication.with(jobs))
			.withMessage("@Job method " + jobs.getName() + ".handle " + message);
	}

	static Stream<Arguments> invalidHandlerPreventsStart() {
		return Stream.of(Arguments.of(NoName.class,
				"has no name. Write @Job(\"...\"): the name is what is stored with every job, so it must not depend on"
						+ " the code"),
				Arguments.of(WrongName.class,
						"has a wrong name: Not a valid handler name: 'a b'. Use 1 to 128 letters, digits, dots, underscores"
								+ " and dashes. Correct 'name'"),
				Arguments.of(WrongQueue.class,
						"has a wrong queue: Not a valid queue name: 'a/b'. Use 1 to 128 letters, digits, dots, underscores"
								+ " and dashes. Correct 'queue'"),
				Arguments.of(WrongPriority.class, "has priority = 'high'. Set 'priority' to a whole number"),
				Arguments.of(PriorityOutOfRange.class, "has the priority 101. Set 'priority' from -100 to 100"),
				Arguments.of(WrongMaxAttempts.class,
						"has maxAttempts = 1001. Set 'maxAttempts' from 1, which means no retry, to 1000, or leave it out for"
								+ " the configured number"),
				Arguments.of(WrongTimeout.class,
						"has timeout = 'soon'. Set 'timeout' to a duration such as 500ms, 30s, 1h30m or PT30S"),
				Arguments.of(ZeroTimeout.class,
						"has the timeout PT0S. Set 'timeout' to at least one millisecond and at most 365 days, or leave it out"
								+ " for no limit"),
				Arguments.of(EndlessTimeout.class,
						"has the timeout PT9600H. Set 'timeout' to at least one millisecond and at most 365 days, or leave it"
								+ " out for no limit"),
				Arguments.of(ZeroDeadline.class,
						"has the deadline PT0S. Set 'deadline' to at least one millisecond and at most 36525 days, or leave it"
								+ " out for no deadline"),
				Arguments.of(WrongMultiplier.class,
						"has retryMultiplier = 'two'. Set 'retryMultiplier' to a number such as 1.5"),
				Arguments.of(SmallMultiplier.class,
						"has a wrong retry setting: 'multiplier' must be at least 1, but is 0.5. Correct the attributes that"
								+ " begin with 'retry'"),
				Arguments.of(TwoRetries.class,
						"has a 'retryPolicy' and settings of a delay. Set either 'retryPolicy', or 'retryDelays', or some of"
								+ " 'retryDelay', 'retryMultiplier', 'retryMaxDelay' and 'retryJitter'"),
				Arguments.of(ListAndPolicy.class,
						"has a 'retryPolicy' and settings of a delay. Set either 'retryPolicy', or 'retryDelays', or some of"
								+ " 'retryDelay', 'retryMultiplier', 'retryMaxDelay' and 'retryJitter'"),
				Arguments.of(ListAndGrowth.class,
						"has 'retryDelays' and settings of delays that grow. Set either 'retryDelays', or some of"
								+ " 'retryDelay', 'retryMultiplier' and 'retryMaxDelay'"),
				Arguments.of(WrongList.class,
						"has retryDelays = 'soon'. Set 'retryDelays' to a duration such as 500ms, 30s, 1h30m or PT30S"),
				Arguments.of(EmptyList.class,
						"has an empty text in 'retryDelays'. Remove it, or write a duration such as 30s"),
				Arguments.of(NegativeList.class,
						"has a wrong retry setting: A delay must not be negative, but one is PT-1S. Correct the attributes that"
								+ " begin with 'retry'"),
				Arguments.of(SameException.class,
						"has a wrong choice of exceptions: 'retryOn' and 'discardOn' both name [java.io.IOException]. Name each"
								+ " of them in one of the two"),
				Arguments.of(Instruction.class,
						"names DiscardJobException in 'retryOn'. Remove it there: it is an instruction that is followed in any"
								+ " case"),
				Arguments.of(EphemeralWithQueue.class,
						"has durable = false and the queue 'mail'. Remove one of the two: ephemeral jobs go through no queue"),
				Arguments.of(EphemeralAndUnique.class,
						"has durable = false and a 'uniqueKey'. Remove one of the two: only a store knows which other jobs there"
								+ " are"),
				Arguments.of(UnresolvablePlaceholder.class,
						"has timeout = '${no.such.property}', which cannot be resolved. Define the property, or give a default"
								+ " as in '${some.property:default}'"),
				Arguments.of(StaticHandler.class, "is static. Remove 'static': a handler is a method of a bean"),
				Arguments.of(VariableArguments.class,
						"takes variable arguments. Declare an array or a List instead, so that it is clear what one argument"
								+ " is"),
				Arguments.of(TwoContexts.class, "has two parameters of type JobContext. Remove one of them"),
				Arguments
					.of(TypeVariableOfMethod.class, "has a parameter of type java.util.List<T>, which is not known for "
							+ TypeVariableOfMethod.class.getName()
							+ ". Declare a type without variables, or let the class of the bean set them as in 'extends"
							+ " Base<Order>'"),
				Arguments.of(TypeVariableOfClass.class, "has a parameter of type T, which is not known for "
						+ TypeVariableOfClass.class.getName()
						+ ". Declare a type without variables, or let the class of the bean set them as in 'extends"
						+ " Base<Order>'"),
				Arguments.of(AsyncHandler.class,
						"is @Async, so its job would count as done before it is. Remove @Async: the handler runs on a worker's"
								+ " thread anyway"),
				Arguments.of(FutureHandler.class,
						"returns a CompletableFuture, which nobody would wait for. Return the value itself: the handler runs on"
								+ " a worker's thread anyway"),
				Arguments.of(PublisherHandler.class,
						"returns a Publisher, which nobody would wait for. Return the value itself: the handler runs on a"
								+ " worker's thread anyway"));
	}

	@Test
	void unknownRetryPolicyNamesThoseThereAre() {
		assertThatExceptionOfType(InvalidJobHandlerException.class)
			.isThrownBy(() -> JobsApplication.with(UnknownPolicy.class, Policies.class))
			.withMessageStartingWith("@Job method " + UnknownPolicy.class.getName()
					+ ".handle names the retry policy 'stedy', which is no usable bean")
			.withMessageEndingWith("Name one of the beans of type RetryPolicy: [steady]");
	}

	@Test
	void beanOfAnotherTypeIsNoRetryPolicy() {
		assertThatExceptionOfType(InvalidJobHandlerException.class)
			.isThrownBy(() -> JobsApplication.with(WrongPolicy.class, Policies.class))
			.withMessageContaining("names the retry policy 'text', which is no usable bean");
	}

	@Test
	void twoHandlersOfOneNameAreRejected() {
		assertThatExceptionOfType(InvalidJobHandlerException.class)
			.isThrownBy(() -> JobsApplication.with(SameName.class))
			.withMessageContaining("has the name 'same', which")
			.withMessageContaining("Give one of them another name");
	}

	@Test
	void exceptionCarriesItsParts() {
		assertThatExceptionOfType(InvalidJobHandlerException.class)
			.isThrownBy(() -> JobsApplication.with(StaticHandler.class))
			.satisfies((ex) -> {
				assertThat(ex.getMethod()).isEqualTo(StaticHandler.class.getName() + ".handle");
				assertThat(ex.getProblem()).isEqualTo("is static");
				assertThat(ex.getRemedy()).isEqualTo("Remove 'static': a handler is a method of a bean");
			});
	}

	static class NoName {

		@Job
		void handle() {
		}

	}

	static class WrongName {

		@Job("a b")
		void handle() {
		}

	}

	static class WrongQueue {

		@Job(name = "a", queue = "a/b")
		void handle() {
		}

	}

	static class WrongPriority {

		@Job(name = "a", priority = "high")
		void handle() {
		}

	}

	static class PriorityOutOfRange {

		@Job(name = "a", priority = "101")
		void handle() {
		}

	}

	static class WrongMaxAttempts {

		@Job(name = "a", maxAttempts = 1001)
		void handle() {
		}

	}

	static class WrongTimeout {

		@Job(name = "a", timeout = "soon")
		void handle() {
		}

	}

	static class ZeroTimeout {

		@Job(name = "a", timeout = "0s")
		void handle() {
		}

	}

	static class ZeroDeadline {

		@Job(name = "a", deadline = "0s")
		void handle() {
		}

	}

	static class EndlessTimeout {

		@Job(name = "a", timeout = "400d")
		void handle() {
		}

	}

	static class WrongMultiplier {

		@Job(name = "a", retryMultiplier = "two")
		void handle() {
		}

	}

	static class SmallMultiplier {

		@Job(name = "a", retryMultiplier = "0.5")
		void handle() {
		}

	}

	static class TwoRetries {

		@Job(name = "a", retryPolicy = "steady", retryJitter = "0")
		void handle() {
		}

	}

	static class ListAndPolicy {

		@Job(name = "a", retryPolicy = "steady", retryDelays = "1s")
		void handle() {
		}

	}

	static class ListAndGrowth {

		@Job(name = "a", retryDelays = { "1s", "2s" }, retryMultiplier = "2")
		void handle() {
		}

	}

	static class WrongList {

		@Job(name = "a", retryDelays = { "1s", "soon" })
		void handle() {
		}

	}

	static class EmptyList {

		@Job(name = "a", retryDelays = { "1s", "" })
		void handle() {
		}

	}

	static class NegativeList {

		@Job(name = "a", retryDelays = "-1s")
		void handle() {
		}

	}

	static class SameException {

		@Job(name = "a", retryOn = { IOException.class, IllegalStateException.class }, discardOn = IOException.class)
		void handle() {
		}

	}

	static class Instruction {

		@Job(name = "a", retryOn = DiscardJobException.class)
		void handle() {
		}

	}

	static class EphemeralWithQueue {

		@Job(name = "a", queue = "mail", durable = false)
		void handle() {
		}

	}

	static class EphemeralAndUnique {

		@Job(name = "a", uniqueKey = "'x'", durable = false)
		void handle() {
		}

	}

	static class UnresolvablePlaceholder {

		@Job(name = "a", timeout = "${no.such.property}")
		void handle() {
		}

	}

	static class StaticHandler {

		@Job("a")
		static void handle() {
		}

	}

	static class VariableArguments {

		@Job("a")
		void handle(int... numbers) {
		}

	}

	static class TwoContexts {

		@Job("a")
		void handle(JobContext one, String text, JobContext two) {
		}

	}

	static class TypeVariableOfMethod {

		@Job("a")
		<T extends Number> void handle(List<T> values) {
		}

	}

	static class TypeVariableOfClass<T extends Number> {

		@Job("a")
		void handle(T value) {
		}

	}

	static class AsyncHandler {

		@Job("a")
		@Async
		void handle() {
		}

	}

	static class FutureHandler {

		@Job("a")
		CompletableFuture<String> handle() {
			return new CompletableFuture<>();
		}

	}

	static class PublisherHandler {

		@Job("a")
		Flow.Publisher<String> handle() {
			return (subscriber) -> {
			};
		}

	}

	static class UnknownPolicy {

		@Job(name = "a", retryPolicy = "stedy")
		void handle() {
		}

	}

	static class WrongPolicy {

		@Job(name = "a", retryPolicy = "text")
		void handle() {
		}

	}

	static class SameName {

		@Job("same")
		void one() {
		}

		@Job("same")
		void two() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Policies {

		@Bean
		RetryPolicy steady() {
			return (failedAttempts, failure) -> null;
		}

		@Bean
		String text() {
			return "text";
		}

	}

}
