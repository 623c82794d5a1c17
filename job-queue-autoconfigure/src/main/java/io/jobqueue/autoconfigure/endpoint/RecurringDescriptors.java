package io.jobqueue.autoconfigure.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.jobqueue.JobId;
import io.jobqueue.recurring.Misfire;
import io.jobqueue.recurring.Overlap;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJob;

/**
 * What {@link JobQueueEndpoint} answers about recurring jobs. Components that are
 * {@code null} are left out of the JSON.
 *
 * @since 0.1.0
 */
public final class RecurringDescriptors {

	private RecurringDescriptors() {
	}

	/**
	 * All recurring jobs.
	 *
	 * @param recurring the recurring jobs by name
	 */
	public record RecurringJobs(List<Recurring> recurring) implements OperationResponseBody {
	}

	/**
	 * A recurring job.
	 *
	 * @param name its name
	 * @param handler name of its handler
	 * @param queue the queue of its jobs
	 * @param application the application that declares it in its code; {@code null} if it
	 * was created at run time
	 * @param paused whether it does not fire at the moment
	 * @param cron its cron expression; {@code null} if it has an interval
	 * @param zone the time zone of the cron expression
	 * @param every its interval; {@code null} if it has a cron expression
	 * @param misfire what becomes of firing times that nobody was there for
	 * @param overlap what happens when the last job has not ended
	 * @param nextAt its next firing time
	 * @param lastAt its last firing time that got a job
	 * @param lastJob the id of the last job, which may have been removed
	 * @param lastSkippedAt the last firing time that got no job because of a policy
	 */
	public record Recurring(String name, String handler, String queue, @Nullable String application, boolean paused,
			@Nullable String cron, @Nullable ZoneId zone, @Nullable Duration every, Misfire misfire, Overlap overlap,
			@Nullable Instant nextAt, @Nullable Instant lastAt, @Nullable Long lastJob,
			@Nullable Instant lastSkippedAt) implements OperationResponseBody {

		static Recurring of(RecurringJob job) {
			Recurrence recurrence = job.recurrence();
			JobId lastJob = job.lastJob();
			return new Recurring(job.name(), job.handler(), job.queue(), job.application(), job.isPaused(),
					recurrence.cron(), (recurrence.cron() != null) ? recurrence.zone() : null, recurrence.every(),
					recurrence.misfire(), recurrence.overlap(), job.nextAt(), job.lastAt(),
					(lastJob != null) ? lastJob.value() : null, job.lastSkippedAt());
		}

	}

	/**
	 * What has come of triggering a recurring job.
	 *
	 * @param job the id of the job that was enqueued
	 */
	public record Triggered(long job) implements OperationResponseBody {
	}

}
