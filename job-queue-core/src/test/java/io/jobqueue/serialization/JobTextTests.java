package io.jobqueue.serialization;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.RateLimit;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JobTextTests {

	private static final NewJob PLAIN = new NewJob("mail.send", "mail", 0, 3, "[]", Map.of(), null, null, null, null);

	@Test
	void plainJobIsReadBack() {
		assertThat(JobText.read(JobText.write(PLAIN))).isEqualTo(PLAIN);
		assertThat(JobText.handler(JobText.write(PLAIN))).isEqualTo("mail.send");
	}

	@Test
	void allThatAJobSaysIsReadBack() {
		JobLimits limits = new JobLimits("customer 7", JobLimit.concurrency(1), true,
				JobLimit.rate(RateLimit.parse("9/s")));
		NewJob delayed = new NewJob("mail.send", "mail", -7, 5, "[\"\u20ac\"]", Map.of("tenant", "a \"b\""),
				Duration.ofMinutes(3), null, Duration.ofMillis(1500), "1s,2s", limits, null,
				JobDeadline.after(Duration.ofHours(1)));
		assertThat(JobText.read(JobText.write(delayed))).isEqualTo(delayed);
		Instant at = Instant.parse("2026-01-02T03:04:05.678Z");
		NewJob scheduled = new NewJob("mail.send", "mail", 0, 5, "[]", Map.of(), null, at, null, null, null, null,
				JobDeadline.at(at.plusSeconds(1)));
		assertThat(JobText.read(JobText.write(scheduled))).isEqualTo(scheduled);
	}

	@Test
	void limitsAreReadBack() {
		for (JobLimit limit : new JobLimit[] { JobLimit.NONE, JobLimit.concurrency(3),
				JobLimit.rate(RateLimit.parse("1000/h")) }) {
			assertThat(LimitText.read(LimitText.write(limit))).isEqualTo(limit);
		}
	}

	@Test
	void whatIsMissingIsNamed() {
		Map<String, String> values = JobText.write(PLAIN);
		values.remove("queue");
		assertThatIllegalArgumentException().isThrownBy(() -> JobText.read(values)).withMessageContaining("'queue'");
	}

}
