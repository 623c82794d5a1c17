package io.jobqueue.serialization;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobLimit;
import io.jobqueue.RateLimit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LimitText}.
 */
class LimitTextTests {

	@Test
	void limitsAreReadBack() {
		for (JobLimit limit : new JobLimit[] { JobLimit.NONE, JobLimit.concurrency(3),
				JobLimit.rate(RateLimit.parse("1000/h")), new JobLimit(2, RateLimit.parse("10/5m, burst 7")) }) {
			assertThat(LimitText.read(LimitText.write(limit))).isEqualTo(limit);
		}
	}

}
