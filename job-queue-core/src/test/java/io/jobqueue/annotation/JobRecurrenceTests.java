package io.jobqueue.annotation;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.stereotype.Component;

import io.jobqueue.InvalidJobHandlerException;
import io.jobqueue.JobContext;
import io.jobqueue.recurring.Misfire;
import io.jobqueue.recurring.Overlap;
import io.jobqueue.recurring.Recurrence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JobRecurrence}.
 */
class JobRecurrenceTests {

	private static final Map<String, String> PROPERTIES = Map.of("report.cron", "0 0 7 * * *", "report.zone",
			"Europe/Berlin", "cleanup.every", "90s", "off", "-");

	@Test
	void recurrencesAreRead() {
		try (JobsApplication application = JobsApplication.with(PROPERTIES, (context) -> {
		}, Jobs.class)) {
			assertThat(application.registry().recurrences()).containsOnly(
					Map.entry("cron", Recurrence.cron("0 0 6 * * *")),
					Map.entry("placeholders", Recurrence.cron("0 0 7 * * *").zone(ZoneId.of("Europe/Berlin"))),
					Map.entry("every",
							Recurrence.every(Duration.ofSeconds(90)).misfire(Misfire.ALL).overlap(Overlap.QUEUE)));
			assertThat(application.registry().all()).hasSize(6);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void invalidRecurrencePreventsStart(Class<?> jobs, String message) {
		assertThatExceptionOfType(InvalidJobHandlerException.class).isThrownBy(() -> JobsApplication.with(jobs))
			.withMessageStartingWith("@Job method " + jobs.getName() + ".handle " + message);
	}

	static Stream<Arguments> invalidRecurrencePreventsStart() {
		return Stream.of(Arguments.of(Both.class, "has a 'cron' and an 'every'. Set one of them"),
				Arguments.of(ZoneAlone.class, "has a 'zone', but no 'cron'. Set 'cron', or remove 'zone'"),
				Arguments.of(WithArguments.class,
						"recurs, but takes arguments, which nobody would pass. Remove all parameters but a JobContext, or"
								+ " create it by RecurringJobs with arguments"),
				Arguments.of(WrongCron.class, "has a wrong cron expression: "),
				Arguments.of(Never.class,
						"has a wrong cron expression: The cron expression '0 0 0 30 2 *' never comes true"),
				Arguments.of(WrongZone.class, "has a wrong zone: "),
				Arguments.of(WrongInterval.class, "has every = 'often'. Set 'every' to a duration"),
				Arguments.of(ShortInterval.class,
						"has a wrong interval: 'every' must be from 1 second to 3650 days, not PT0.5S. Set 'every' to one"
								+ " second or more, or to '-' for off"));
	}

	@Component
	static class Jobs {

		@Job(name = "cron", cron = "0 0 6 * * *")
		void cron(JobContext job) {
		}

		@Job(name = "placeholders", cron = "${report.cron}", zone = "${report.zone}")
		void placeholders() {
		}

		@Job(name = "every", every = "${cleanup.every}", misfire = Misfire.ALL, overlap = Overlap.QUEUE)
		void every() {
		}

		@Job(name = "off", cron = "${off}", zone = "Europe/Berlin")
		void off(String argument) {
		}

		@Job(name = "off.too", every = "${no.such.property:-}")
		void offToo() {
		}

		@Job("plain")
		void plain(String argument) {
		}

	}

	@Component
	static class Both {

		@Job(name = "both", cron = "0 0 6 * * *", every = "1h")
		void handle() {
		}

	}

	@Component
	static class ZoneAlone {

		@Job(name = "zone", every = "1h", zone = "UTC")
		void handle() {
		}

	}

	@Component
	static class WithArguments {

		@Job(name = "arguments", every = "1h")
		void handle(String argument, JobContext job) {
		}

	}

	@Component
	static class WrongCron {

		@Job(name = "cron", cron = "0 6 * * *")
		void handle() {
		}

	}

	@Component
	static class Never {

		@Job(name = "never", cron = "0 0 0 30 2 *")
		void handle() {
		}

	}

	@Component
	static class WrongZone {

		@Job(name = "zone", cron = "0 0 6 * * *", zone = "Europe/Bärlin")
		void handle() {
		}

	}

	@Component
	static class WrongInterval {

		@Job(name = "interval", every = "often")
		void handle() {
		}

	}

	@Component
	static class ShortInterval {

		@Job(name = "interval", every = "500ms")
		void handle() {
		}

	}

}
