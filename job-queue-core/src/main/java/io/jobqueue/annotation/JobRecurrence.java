package io.jobqueue.annotation;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

import io.jobqueue.handler.JobHandler;
import io.jobqueue.recurring.Recurrence;

/**
 * Reads when jobs of a {@link Job @Job} method recur.
 */
final class JobRecurrence {

	/** Switches a recurrence off, as a placeholder may do. */
	private static final String OFF = "-";

	private JobRecurrence() {
	}

	/**
	 * Return when jobs of a method recur.
	 * @return the recurrence, or {@code null} if they do not
	 */
	static @Nullable Recurrence of(Job job, JobHandler handler, AttributeReader reader) {
		String cron = schedule("cron", job.cron(), reader);
		String interval = schedule("every", job.every(), reader);
		String zone = reader.text("zone", job.zone());
		if (cron != null && interval != null) {
			throw reader.invalid("has a 'cron' and an 'every'", "Set one of them");
		}
		if (zone != null && job.cron().isEmpty()) {
			throw reader.invalid("has a 'zone', but no 'cron'", "Set 'cron', or remove 'zone'");
		}
		if (cron == null && interval == null) {
			return null;
		}
		if (!handler.argumentTypes().isEmpty()) {
			throw reader.invalid("recurs, but takes arguments, which nobody would pass",
					"Remove all parameters but a JobContext, or create it by RecurringJobs with arguments");
		}
		Recurrence recurrence = (cron != null) ? cron(cron, zone, reader) : every(reader, String.valueOf(interval));
		return recurrence.misfire(job.misfire()).overlap(job.overlap());
	}

	private static @Nullable String schedule(String attribute, String value, AttributeReader reader) {
		String text = reader.text(attribute, value);
		return OFF.equals(text) ? null : text;
	}

	private static Recurrence cron(String cron, @Nullable String zone, AttributeReader reader) {
		Recurrence inUtc = reader.check("cron expression",
				"Write six fields, from seconds to days of the week, such as '0 0 6 * * *', or '-' for off",
				() -> Recurrence.cron(cron));
		return (zone == null) ? inUtc : inUtc.zone(zone(zone, reader));
	}

	private static ZoneId zone(String zone, AttributeReader reader) {
		return reader.check("zone", "Set 'zone' to a time zone such as Europe/Berlin", () -> {
			try {
				return ZoneId.of(zone);
			}
			catch (DateTimeException ex) {
				throw new IllegalArgumentException(ex.getMessage(), ex);
			}
		});
	}

	private static Recurrence every(AttributeReader reader, String text) {
		Duration interval = reader.duration("every", text);
		return reader.check("interval", "Set 'every' to one second or more, or to '-' for off",
				() -> Recurrence.every((interval != null) ? interval : Duration.ZERO));
	}

}
