package io.jobqueue.handler;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobLimits;

/**
 * The limits of a handler's jobs.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface LimitRule {

	/**
	 * Return the limits of a job.
	 * @param arguments its arguments
	 * @return its limits, or {@code null} if it has none
	 */
	@Nullable JobLimits of(List<? extends @Nullable Object> arguments);

}
