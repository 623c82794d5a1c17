package io.jobqueue.handler;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;

/**
 * Calls the code of a handler.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface JobInvoker {

	/**
	 * Call the handler.
	 * @param arguments the decoded arguments in the order of the declared types
	 * @param context the context of this attempt
	 * @return what the handler returned; {@code null} for nothing
	 * @throws Throwable whatever the handler throws
	 */
	@Nullable Object invoke(@Nullable Object[] arguments, JobContext context) throws Throwable;

}
