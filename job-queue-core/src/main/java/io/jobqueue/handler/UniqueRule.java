package io.jobqueue.handler;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.Unique;

/**
 * Which jobs of a handler are the same.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface UniqueRule {

	/**
	 * Return what makes a job unique.
	 * @param arguments its arguments
	 * @return the key and what else there is to say, or {@code null} if this job is not
	 * unique
	 */
	@Nullable Unique of(List<? extends @Nullable Object> arguments);

}
