package io.jobqueue.store;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RetentionTests {

	@Test
	void numberIsUnlimitedUnlessOneIsGiven() {
		assertThat(Retention.DEFAULT.max(JobState.SUCCEEDED)).isEqualTo(Retention.UNLIMITED);
		assertThat(Retention.DEFAULT.max(JobState.FAILED)).isEqualTo(Retention.UNLIMITED);
		assertThat(Retention.DEFAULT.max(JobState.CANCELLED)).isEqualTo(Retention.UNLIMITED);
	}

	@Test
	void numbersAreThoseOfTheirStates() {
		Retention retention = Retention.DEFAULT.withMaxSucceeded(3).withMaxFailed(2).withMaxCancelled(1);
		assertThat(retention)
			.isEqualTo(new Retention(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7), 3, 2, 1));
		assertThat(retention.max(JobState.SUCCEEDED)).isEqualTo(3);
		assertThat(retention.max(JobState.FAILED)).isEqualTo(2);
		assertThat(retention.max(JobState.CANCELLED)).isEqualTo(1);
	}

	@Test
	void numbersBelowOneAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Retention.DEFAULT.withMaxSucceeded(0))
			.withMessage(
					"The number of succeeded jobs to keep must be at least 1; to keep none, set their retention to 0");
		assertThatIllegalArgumentException().isThrownBy(() -> Retention.DEFAULT.withMaxCancelled(-1))
			.withMessage(
					"The number of cancelled jobs to keep must be at least 1; to keep none, set their retention to 0");
		assertThatIllegalArgumentException().isThrownBy(() -> Retention.DEFAULT.withMaxFailed(0))
			.withMessage(
					"The number of failed jobs to keep must be at least 1: they are the only trace of what went wrong");
	}

	@Test
	void liveJobsHaveNoRetention() {
		assertThatIllegalArgumentException().isThrownBy(() -> Retention.DEFAULT.max(JobState.RUNNING))
			.withMessageContaining("RUNNING jobs are live");
	}

}
