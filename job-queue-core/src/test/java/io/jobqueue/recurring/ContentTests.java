package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.RateLimit;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Content}.
 */
class ContentTests {

	private static final Firing FIRING = new Firing("report", Instant.parse("2026-03-29T01:00:00Z"));

	private static final JobLimits LIMITS = new JobLimits("acme", new JobLimit(2, RateLimit.parse("10/5m, burst 7")),
			true, JobLimit.concurrency(5));

	private static final NewJob FULL = new NewJob("report.daily", "mail", -3, 7, "[\"\u20ac \\\"\"]",
			Map.of("tenant", "acme"), null, null, Duration.ofMillis(1500), "fixed", LIMITS, null,
			JobDeadline.after(Duration.ofMinutes(10)));

	@Test
	void everythingIsReadBack() {
		Recurrence recurrence = Recurrence.cron("0 0 6 * * *")
			.zone(ZoneId.of("Europe/Berlin"))
			.misfire(Misfire.ALL)
			.overlap(Overlap.QUEUE);
		Content content = read(Content.of(recurrence, FULL, "shop").text());
		assertThat(content.recurrence()).isEqualTo(recurrence);
		assertThat(content.application()).isEqualTo("shop");
		NewJob job = content.job("mail", FIRING);
		assertThat(job).isEqualTo(
				new NewJob("report.daily", "mail", -3, 7, FULL.arguments(),
						Map.of("tenant", "acme", Firing.NAME_HEADER, "report", Firing.TIME_HEADER,
								"2026-03-29T01:00:00Z"),
						null, FIRING.at(), Duration.ofMillis(1500), "fixed", LIMITS, null,
						JobDeadline.at(FIRING.at().plus(Duration.ofMinutes(10)))));
		assertThat(Firing.of(job.headers())).contains(FIRING);
	}

	@Test
	void whatIsNotSetStaysUnset() {
		Recurrence recurrence = Recurrence.every(Duration.ofMillis(1500));
		Content content = read(Content.of(recurrence, Simulation.JOB, null).text());
		assertThat(content.recurrence()).isEqualTo(recurrence);
		assertThat(content.application()).isNull();
		assertThat(content.isPaused()).isFalse();
		assertThat(content.skippedAt()).isNull();
		assertThat(content.job("default", FIRING).limits()).isNull();
		assertThat(content.job("default", FIRING).timeout()).isNull();
		assertThat(content.job("default", FIRING).deadline()).isNull();
	}

	@Test
	void whatALaterReleaseHasWrittenIsKept() {
		String text = Content.of(Recurrence.cron("@daily"), Simulation.JOB, null).text();
		Content later = read(text.substring(0, text.length() - 1) + ",\"novelty\":\"yes\"}");
		assertThat(later.withPaused(true).withSkippedAt(FIRING.at()).withRecurrence(Recurrence.cron("@hourly")).text())
			.contains("\"novelty\":\"yes\"");
	}

	@Test
	void stateDoesNotBelongToWhatTheCodeSays() {
		Content content = Content.of(Recurrence.cron("@daily"), FULL, "shop");
		Content stored = content.withPaused(true).withSkippedAt(FIRING.at());
		assertThat(content.saysTheSameAs(stored)).isFalse();
		assertThat(Content.of(Recurrence.cron("@daily"), FULL, "mail").withStateOf(stored).saysTheSameAs(stored))
			.isTrue();
		assertThat(Content.of(Recurrence.cron("@hourly"), FULL, "shop").withStateOf(stored).saysTheSameAs(stored))
			.isFalse();
	}

	private static Content read(String text) {
		return Content.of(new RecurringDefinition("report", "mail", 1, null, null, null, null, text));
	}

}
