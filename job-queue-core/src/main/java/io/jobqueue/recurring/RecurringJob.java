package io.jobqueue.recurring;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;

/**
 * A recurring job as people see it.
 *
 * @param name its name
 * @param recurrence when it recurs
 * @param handler the name of the handler
 * @param queue the queue of its jobs
 * @param application the application that declares it in its code, or {@code null} if it
 * was created at run time
 * @param isPaused whether it does not fire at the moment
 * @param nextAt its next firing time, or {@code null} if there is none; a past one waits
 * for the last job
 * @param lastAt its last firing time that got a job, or {@code null}
 * @param lastJob the last job, which may have been removed, or {@code null}
 * @param lastSkippedAt the last firing time that got no job because of a policy, or
 * {@code null}
 * @since 0.1.0
 */
public record RecurringJob(String name, Recurrence recurrence, String handler, String queue,
		@Nullable String application, boolean isPaused, @Nullable Instant nextAt, @Nullable Instant lastAt,
		@Nullable JobId lastJob, @Nullable Instant lastSkippedAt) {

	/**
	 * Return whether it is declared in the code of an application.
	 * @return {@code false} if it was created at run time
	 */
	public boolean isDeclared() {
		return this.application != null;
	}

}
