package io.jobqueue.interceptor;

import java.util.Map;

/**
 * A job that is about to be enqueued, as interceptors see it: without its arguments.
 * Valid during the enqueue, on its thread.
 *
 * @since 0.1.0
 */
public interface OutgoingJob {

	/**
	 * Return the name of the handler.
	 * @return the name
	 */
	String handler();

	/**
	 * Return the queue that the job goes to.
	 * @return the name of the queue
	 */
	String queue();

	/**
	 * Return what will be attached to the job, as of now.
	 * @return the headers by name, unmodifiable
	 */
	Map<String, String> headers();

	/**
	 * Attach a header that the handler finds in its {@link io.jobqueue.JobContext}; one
	 * of the same name is replaced. The headers that interceptors attach may be as many
	 * and take as much room as those of the caller, whose limits they leave alone.
	 * @param name the name, 1 to 255 characters
	 * @param value the value
	 * @throws IllegalStateException if the job has been handed to the store
	 */
	void header(String name, String value);

}
