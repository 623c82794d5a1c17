package io.jobqueue.store.redis;

import io.jobqueue.JobId;

/**
 * How the id of a job is made of the number of its queue and its own number there: so a
 * job is found by its id alone, without an index over all queues, and ids stay below
 * 2<sup>53</sup>, which JavaScript can count. Numbers of jobs begin at the milliseconds
 * since 2024 and count on from there, so ids of all queues are about in the order of
 * arrival, and no id comes again even if the server has lost its last moments.
 */
final class JobNumbers {

	/** How many queues there can be. */
	static final int MAX_QUEUES = 4096;

	/** Greater than any number. */
	static final long END = (1L << 41) - 1;

	private JobNumbers() {
	}

	static JobId id(long number, int queue) {
		return JobId.of(number * MAX_QUEUES + queue);
	}

	static int queue(JobId id) {
		return (int) (id.value() % MAX_QUEUES);
	}

	static long number(JobId id) {
		return id.value() / MAX_QUEUES;
	}

	/**
	 * Return the least number in a queue that makes an id which is not smaller than
	 * another.
	 */
	static long ceiling(JobId id, int queue) {
		return (id.value() - queue + MAX_QUEUES - 1) / MAX_QUEUES;
	}

}
