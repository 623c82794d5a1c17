package io.jobqueue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JobTarget}.
 */
class JobTargetTests {

	private static final String JOBS = Jobs.class.getName();

	@Test
	void nameIsKept() {
		assertThat(JobTarget.named("order.confirm-2_b")).isEqualTo(new JobTarget.Named("order.confirm-2_b"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "ä", "a/b", "a:b" })
	void invalidNameIsRejected(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> JobTarget.named(name))
			.withMessageStartingWith("Not a valid handler name");
	}

	@Test
	void tooLongNameIsRejected() {
		assertThat(JobTarget.named("a".repeat(128))).isNotNull();
		assertThatIllegalArgumentException().isThrownBy(() -> JobTarget.named("a".repeat(129)));
	}

	@Test
	void referencesOfEveryArityNameTheirMethod() {
		JobMethod.Of0<Jobs> none = Jobs::none;
		JobMethod.Of1<Jobs, String> one = Jobs::one;
		JobMethod.Of2<Jobs, String, Integer> two = Jobs::two;
		JobMethod.Of3<Jobs, String, Integer, Long> three = Jobs::three;
		assertThat(JobTarget.of(none)).isEqualTo(referenced("none", "()V"));
		assertThat(JobTarget.of(one)).isEqualTo(referenced("one", "(Ljava/lang/String;)Ljava/lang/String;"));
		assertThat(JobTarget.of(two)).isEqualTo(referenced("two", "(Ljava/lang/String;I)V"));
		assertThat(JobTarget.of(three)).isEqualTo(referenced("three", "(Ljava/lang/String;IJ)V"));
	}

	@Test
	void referencesWithContextNameTheirMethod() {
		JobMethod.WithContext.Of0<Jobs> none = Jobs::context;
		JobMethod.WithContext.Of1<Jobs, String> one = Jobs::oneAndContext;
		JobMethod.WithContext.Of2<Jobs, String, Integer> two = Jobs::twoAndContext;
		assertThat(JobTarget.of(none)).isEqualTo(referenced("context", "(Lio/jobqueue/JobContext;)V"));
		assertThat(JobTarget.of(one))
			.isEqualTo(referenced("oneAndContext", "(Ljava/lang/String;Lio/jobqueue/JobContext;)V"));
		assertThat(JobTarget.of(two))
			.isEqualTo(referenced("twoAndContext", "(Ljava/lang/String;ILio/jobqueue/JobContext;)V"));
	}

	@Test
	void overloadsAreToldApart() {
		JobMethod.Of1<Jobs, String> text = Jobs::overloaded;
		JobMethod.Of1<Jobs, Integer> number = Jobs::overloaded;
		assertThat(JobTarget.of(text)).isNotEqualTo(JobTarget.of(number));
	}

	@Test
	void interfaceMethodCanBeReferenced() {
		JobMethod.Of1<Api, String> reference = Api::call;
		assertThat(JobTarget.of(reference))
			.isEqualTo(new JobTarget.Referenced(Api.class.getName(), "call", "(Ljava/lang/String;)V"));
	}

	@Test
	void sameReferenceIsReadOnce() {
		assertThat(reference()).isSameAs(reference());
	}

	@Test
	void lambdaIsRejectedWithRemedy() {
		JobMethod.Of1<Jobs, String> lambda = (jobs, text) -> jobs.one(text);
		assertThatIllegalArgumentException().isThrownBy(() -> JobTarget.of(lambda))
			.withMessageContaining(JobTargetTests.class.getName())
			.withMessageContaining(
					"write a plain method reference such as OrderJobs::confirm, or enqueue by the handler's" + " name");
	}

	@Test
	void objectOfAnotherKindIsRejectedWithRemedy() {
		@SuppressWarnings("serial")
		JobMethod.Of0<Jobs> anonymous = new JobMethod.Of0<>() {

			@Override
			public void invoke(Jobs bean) {
			}

		};
		assertThatIllegalArgumentException().isThrownBy(() -> JobTarget.of(anonymous))
			.withMessageContaining("is no method reference");
	}

	private static JobTarget reference() {
		JobMethod.Of0<Jobs> none = Jobs::none;
		return JobTarget.of(none);
	}

	private static JobTarget referenced(String method, String descriptor) {
		return new JobTarget.Referenced(JOBS, method, descriptor);
	}

	interface Api {

		void call(String text);

	}

	static class Jobs {

		void none() {
		}

		String one(String text) {
			return text;
		}

		protected void two(String text, int number) {
		}

		public void three(String text, int number, long big) throws Exception {
		}

		void context(JobContext context) {
		}

		void oneAndContext(String text, JobContext context) {
		}

		void twoAndContext(String text, int number, JobContext context) {
		}

		void overloaded(String text) {
		}

		void overloaded(Integer number) {
		}

	}

}
