package io.jobqueue.recurring;

import java.util.List;
import java.util.Optional;

import io.jobqueue.JobId;
import io.jobqueue.JobRequest;

/**
 * Recurring jobs at run time. Those that are declared in the code, by {@code @Job}, have
 * the names of their handlers; others have the names that they are created with.
 *
 * <pre class="code">
 * recurringJobs.create("report.acme", Recurrence.cron("0 0 6 * * *").zone(ZoneId.of("Europe/Berlin")),
 *         jobs.job(Reports::write, "acme").request());
 * </pre>
 *
 * What is created, changed or deleted inside a transaction on PostgreSQL takes effect
 * with its commit. All methods throw {@link io.jobqueue.JobStoreException} if the store
 * cannot be reached. Thread-safe.
 *
 * @since 0.1.0
 */
public interface RecurringJobs {

	/**
	 * Create a recurring job.
	 * @param name its name, 1 to 128 letters, digits, dots, underscores and dashes
	 * @param recurrence when it recurs
	 * @param request the job of each firing, made by
	 * {@link io.jobqueue.JobSpec#request()}; without a time of its own
	 * @return the recurring job
	 * @throws IllegalStateException if there is one of this name
	 * @throws IllegalArgumentException if the request does not fit the handler
	 */
	RecurringJob create(String name, Recurrence recurrence, JobRequest request);

	/**
	 * Create a recurring job, or replace the one of this name. If the firing times are
	 * the same as before, the next one stays what it was.
	 * @param name its name
	 * @param recurrence when it recurs
	 * @param request the job of each firing, without a time of its own
	 * @return the recurring job
	 * @throws IllegalStateException if one of this name is declared in the code
	 */
	RecurringJob createOrReplace(String name, Recurrence recurrence, JobRequest request);

	/**
	 * Change when a job recurs.
	 * @param name its name
	 * @param recurrence when it recurs from now on
	 * @return the recurring job
	 * @throws IllegalStateException if there is none of this name, or if it is declared
	 * in the code, where it has to be changed, too
	 */
	RecurringJob change(String name, Recurrence recurrence);

	/**
	 * Let a recurring job not fire any more until it is resumed, also if the application
	 * is started again. Jobs that exist are not affected.
	 * @param name its name
	 * @return {@code false} if there is none of this name
	 */
	boolean pause(String name);

	/**
	 * Let a paused recurring job fire again. What it has missed meanwhile gets no job.
	 * @param name its name
	 * @return {@code false} if there is none of this name
	 */
	boolean resume(String name);

	/**
	 * Enqueue a job of a recurring job now, whether it is paused or not, and whatever has
	 * become of the last one. Its firing times stay what they are. Never takes part in a
	 * transaction of the caller.
	 * @param name its name
	 * @return the id of the job
	 * @throws IllegalStateException if there is no recurring job of this name
	 */
	JobId trigger(String name);

	/**
	 * Delete a recurring job. One that is declared in the code comes back as the code
	 * says with the next start of a node that declares it: pause it to keep it from
	 * firing.
	 * @param name its name
	 * @return {@code false} if there is none of this name
	 */
	boolean delete(String name);

	/**
	 * Find a recurring job.
	 * @param name its name
	 * @return the recurring job, or empty if there is none
	 */
	Optional<RecurringJob> find(String name);

	/**
	 * Return all recurring jobs.
	 * @return the recurring jobs by name
	 */
	List<RecurringJob> list();

}
