package io.jobqueue;

import java.util.List;

/**
 * A job was to be enqueued for a handler that this application does not have.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class UnknownJobHandlerException extends JobQueueException {

	private final String handler;

	private final List<String> nearMatches;

	/**
	 * Create an exception.
	 * @param handler the name that was asked for
	 * @param nearMatches the names that look most like it, best first
	 */
	public UnknownJobHandlerException(String handler, List<String> nearMatches) {
		super("There is no @Job handler named '" + handler + "' in this application; "
				+ (nearMatches.isEmpty() ? "no handler has a similar name." : "did you mean " + nearMatches + "?")
				+ " To enqueue for handlers of another application set job-queue.unknown-handlers=accept", null);
		this.handler = handler;
		this.nearMatches = List.copyOf(nearMatches);
	}

	/**
	 * Create an exception for a job that can run nowhere else.
	 * @param handler the name that was asked for
	 */
	public UnknownJobHandlerException(String handler) {
		super("There is no @Job handler named '" + handler + "' in this application, and an ephemeral job runs on the"
				+ " node that enqueues it: enqueue it where the handler is, or make it durable()", null);
		this.handler = handler;
		this.nearMatches = List.of();
	}

	/**
	 * Return the name that was asked for.
	 * @return the name
	 */
	public String getHandler() {
		return this.handler;
	}

	/**
	 * Return the names of handlers that look most like it.
	 * @return the names, best match first
	 */
	public List<String> getNearMatches() {
		return this.nearMatches;
	}

}
