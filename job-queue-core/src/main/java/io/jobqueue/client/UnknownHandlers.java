package io.jobqueue.client;

/**
 * What to do with an enqueue for a handler that this application does not have. An
 * application without any handler only enqueues; it may enqueue for all handlers in any
 * case.
 *
 * @since 0.1.0
 */
public enum UnknownHandlers {

	/**
	 * Refuse it with an {@link io.jobqueue.UnknownJobHandlerException} that names similar
	 * handlers, since it is most likely a slip of the pen.
	 */
	REJECT,

	/**
	 * Accept it: another application, or another release of this one, has the handler.
	 */
	ACCEPT

}
