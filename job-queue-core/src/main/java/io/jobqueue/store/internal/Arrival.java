package io.jobqueue.store.internal;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.jobqueue.store.NewJob;

/**
 * What stores tell of jobs that can be claimed now.
 *
 * @param queue their queue
 * @param priority the highest priority among them; 0 if it is not known
 */
public record Arrival(String queue, int priority) {

	// No name of a queue contains it.
	private static final char PRIORITY = '^';

	/**
	 * Return the highest priority of each queue.
	 * @param jobs the jobs
	 * @return the priorities by queue
	 */
	public static Map<String, Integer> of(Collection<NewJob> jobs) {
		Map<String, Integer> highest = new LinkedHashMap<>();
		jobs.forEach((job) -> highest.merge(job.queue(), job.priority(), Math::max));
		return highest;
	}

	/**
	 * Read a message.
	 * @param message the message
	 * @return what it tells
	 */
	public static Arrival parse(String message) {
		int end = message.indexOf(PRIORITY);
		return (end < 0) ? new Arrival(message, 0)
				: new Arrival(message.substring(0, end), Integer.parseInt(message.substring(end + 1)));
	}

	/**
	 * Return this as a message to other instances of a store: the name of the queue, and
	 * the priority unless it is the usual one.
	 * @return the message
	 */
	public String message() {
		return (this.priority != 0) ? this.queue + PRIORITY + this.priority : this.queue;
	}

}
