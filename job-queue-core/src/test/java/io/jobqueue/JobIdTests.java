package io.jobqueue;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JobId}.
 */
class JobIdTests {

	@Test
	void ephemeralIdsAreToldFromThoseOfAStore() {
		assertThat(JobId.of(7).isEphemeral()).isFalse();
		assertThat(JobId.ephemeral(7)).isEqualTo(JobId.of(-7)).matches(JobId::isEphemeral);
		assertThat(JobId.ephemeral(7).arrival()).isEqualTo(JobId.of(7).arrival()).isEqualTo(7);
	}

	@Test
	void textReadsBackAsTheId() {
		assertThat(JobId.parse(JobId.of(42).toString())).isEqualTo(JobId.of(42));
		assertThat(JobId.parse(JobId.ephemeral(42).toString())).isEqualTo(JobId.ephemeral(42));
	}

	@Test
	void whatIsNoIdIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> JobId.of(0)).withMessage("A job id must not be 0");
		assertThatIllegalArgumentException().isThrownBy(() -> JobId.parse("four"))
			.withMessage("Not a job id: 'four' (a job id is a whole number)");
	}

}
