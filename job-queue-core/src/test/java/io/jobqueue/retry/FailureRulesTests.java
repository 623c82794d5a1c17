package io.jobqueue.retry;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;

import io.jobqueue.retry.FailureRules.Verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FailureRules}.
 */
class FailureRulesTests {

	@Test
	void withoutRulesEverythingIsTriedAgain() {
		assertThat(FailureRules.NONE.judge(new StackOverflowError())).isEqualTo(Verdict.RETRY);
	}

	@Test
	void onlyWhatIsNamedAndItsSubclassesAreTriedAgain() {
		FailureRules rules = new FailureRules(List.of(IOException.class), List.of());
		assertThat(rules.judge(new IOException())).isEqualTo(Verdict.RETRY);
		assertThat(rules.judge(new FileNotFoundException())).isEqualTo(Verdict.RETRY);
		assertThat(rules.judge(new Exception())).isEqualTo(Verdict.FAIL);
		assertThat(rules.judge(new StackOverflowError())).isEqualTo(Verdict.FAIL);
	}

	@Test
	void whatIsNamedToBeDiscardedIsAndTheRestIsTriedAgain() {
		FailureRules rules = new FailureRules(List.of(), List.of(IOException.class));
		assertThat(rules.judge(new FileNotFoundException())).isEqualTo(Verdict.DISCARD);
		assertThat(rules.judge(new IllegalStateException())).isEqualTo(Verdict.RETRY);
	}

	@Test
	void nearestClassDecides() {
		FailureRules rules = new FailureRules(List.of(IOException.class, NullPointerException.class),
				List.of(FileNotFoundException.class, RuntimeException.class));
		assertThat(rules.judge(new IOException())).isEqualTo(Verdict.RETRY);
		assertThat(rules.judge(new FileNotFoundException())).isEqualTo(Verdict.DISCARD);
		assertThat(rules.judge(new NullPointerException())).isEqualTo(Verdict.RETRY);
		assertThat(rules.judge(new IllegalStateException())).isEqualTo(Verdict.DISCARD);
		assertThat(rules.judge(new Error())).isEqualTo(Verdict.FAIL);
	}

	@Test
	void causeDecidesIfNothingFitsTheExceptionItself() {
		FailureRules rules = new FailureRules(List.of(IOException.class), List.of(IllegalStateException.class));
		Exception wrapped = new ExecutionException(new UncheckedIOException(new FileNotFoundException()));
		assertThat(rules.judge(wrapped)).isEqualTo(Verdict.RETRY);
		assertThat(rules.judge(new IllegalStateException(new IOException()))).isEqualTo(Verdict.DISCARD);
		assertThat(rules.judge(new RuntimeException(new Exception()))).isEqualTo(Verdict.FAIL);
		assertThat(rules.judgeItself(wrapped)).isEqualTo(Verdict.FAIL);
	}

	@Test
	void circleOfCausesEnds() {
		Exception one = new Exception();
		one.initCause(new Exception(one));
		assertThat(new FailureRules(List.of(IOException.class), List.of()).judge(one)).isEqualTo(Verdict.FAIL);
	}

	@Test
	void contradictionIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new FailureRules(List.of(Error.class, IOException.class), List.of(IOException.class)))
			.withMessage("'retryOn' and 'discardOn' both name [java.io.IOException]");
	}

}
