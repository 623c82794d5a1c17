package io.jobqueue.store;

import java.time.Instant;
import java.util.List;

/**
 * What is to be done for workflows now.
 *
 * @param now the time by the store's clock
 * @param signals the oldest signals that have not been handled
 * @param timedOut running workflows whose time is over
 * @since 0.1.0
 */
public record WorkflowLook(Instant now, List<WorkflowSignal> signals, List<Long> timedOut) {

	/**
	 * Return whether nothing is to be done.
	 * @return {@code true} if there are neither signals nor timeouts
	 */
	public boolean isEmpty() {
		return this.signals.isEmpty() && this.timedOut.isEmpty();
	}

}
