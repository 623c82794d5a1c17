package io.jobqueue.event;

/**
 * Told what happened to jobs on this node. Each listener is called on a thread of its
 * own, one event after the other, after the store has recorded what happened. Whatever a
 * listener does, it cannot change an outcome, stop a worker, or keep another listener
 * waiting: what it throws is logged, and if it is so slow that
 * {@value JobEvents#CAPACITY} events wait for it, it misses further ones. To step in, use
 * a {@code JobInterceptor}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface JobListener {

	/**
	 * Take note of an event.
	 * @param event what happened
	 */
	void onJobEvent(JobEvent event);

}
