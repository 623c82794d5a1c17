package io.jobqueue;

import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.Assert;

/**
 * How a job ended, for somebody who waited for it.
 *
 * <pre class="code">
 * Invoice invoice = jobs.await(id, Duration.ofSeconds(30)).as(Invoice.class);
 * </pre>
 *
 * {@link #toString()} leaves out the value, so that a result can be logged.
 *
 * @since 0.1.0
 * @see JobOperations#await(JobId, java.time.Duration)
 */
public final class JobResult {

	private final JobRecord job;

	private final Reader reader;

	/**
	 * Create a result.
	 * @param job the job, which has ended
	 * @param reader reads the value
	 */
	public JobResult(JobRecord job, Reader reader) {
		Assert.isTrue(job.state().isFinished(), () -> job + " has not ended");
		Assert.notNull(reader, "'reader' must not be null");
		this.job = job;
		this.reader = reader;
	}

	/**
	 * Return the id of the job.
	 * @return the id
	 */
	public JobId id() {
		return this.job.id();
	}

	/**
	 * Return how the job ended.
	 * @return {@link JobState#SUCCEEDED}, {@link JobState#FAILED} or
	 * {@link JobState#CANCELLED}
	 */
	public JobState state() {
		return this.job.state();
	}

	/**
	 * Return whether the job succeeded, so that there is a value to be read.
	 * @return {@code true} if its state is {@link JobState#SUCCEEDED}
	 */
	public boolean isSucceeded() {
		return state() == JobState.SUCCEEDED;
	}

	/**
	 * Return all that is stored of the job, with its times and attempts.
	 * @return the job as it was when it ended
	 */
	public JobRecord job() {
		return this.job;
	}

	/**
	 * Return the last failure of the job. One that succeeded or was cancelled may have
	 * failed before, too.
	 * @return the failure, or {@code null} if it never failed
	 */
	public @Nullable JobFailure failure() {
		List<JobFailure> failures = this.job.failures();
		return failures.isEmpty() ? null : failures.get(failures.size() - 1);
	}

	/**
	 * Return what the handler returned.
	 * @param <T> the type
	 * @param type the type to read it as, which need not be that of the handler
	 * @return the value; {@code null} if the handler returned nothing, or something too
	 * large to be kept
	 * @throws JobFailedException if the job failed
	 * @throws JobCancelledException if the job was cancelled
	 * @throws JobSerializationException if the value cannot be read as that type
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T as(Class<T> type) {
		return (T) value(type);
	}

	/**
	 * Return what the handler returned, as a generic type.
	 * @param <T> the type
	 * @param type the type to read it as, such as {@code new
	 * ParameterizedTypeReference<List<Invoice>>() {}}
	 * @return the value; {@code null} if the handler returned nothing, or something too
	 * large to be kept
	 * @throws JobFailedException if the job failed
	 * @throws JobCancelledException if the job was cancelled
	 * @throws JobSerializationException if the value cannot be read as that type
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T as(ParameterizedTypeReference<T> type) {
		return (T) value(type.getType());
	}

	private @Nullable Object value(Type type) {
		switch (state()) {
			case FAILED -> throw new JobFailedException(this.job);
			case CANCELLED -> throw new JobCancelledException(this.job);
			default -> {
				String json = this.job.result();
				return (json != null) ? this.reader.read(json, type) : null;
			}
		}
	}

	@Override
	public String toString() {
		return this.job.toString();
	}

	/**
	 * Reads what a handler returned.
	 */
	@FunctionalInterface
	public interface Reader {

		/**
		 * Read a value.
		 * @param json the value as it is stored
		 * @param type the type to read it as
		 * @return the value
		 * @throws JobSerializationException if it cannot be read as that type
		 */
		@Nullable Object read(String json, Type type);

	}

}
