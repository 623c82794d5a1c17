package io.jobqueue.store.redis;

import io.jobqueue.JobId;

/**
 * How the id of a job is made of the number of its queue and its own number there: so a
 * job is found by its id alone, without an index over all queues, and ids stay below
 * 2<sup>53</sup>, which JavaScript can count. A job that is moved to another queue keeps
 * its id, see {@link MovedJobs}. Numbers of jobs begin at the milliseconds since 2024 and
 * count on from there, so ids of all queues are about in the order of arrival, and no id
 * comes again even if the server has lost its last moments.
 */
final class JobNumbers {

	/** How many queues there can be. */
	static final int MAX_QUEUES = 4096;

	/** Greater than any number. */
	static final long END = (1L << 41) - 1;

	private static final int BASE = 10;

	/** Makes four digits of the number of a queue, with another one before them. */
	private static final int MOVED = 10_000;

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
	 * Return by what name a queue knows a job: its number, and, if it was moved there,
	 * the number of the queue that its id says.
	 * @param queue the number of the queue that has it
	 */
	static String name(JobId id, int queue) {
		String number = Long.toString(number(id));
		return (queue(id) == queue) ? number : number + '.' + Integer.toString(MOVED + queue(id)).substring(1);
	}

	/**
	 * Return the job that a queue knows by a name.
	 * @param queue the number of the queue
	 */
	static JobId parse(byte[] name, int queue) {
		long number = 0;
		int place = 0;
		while (place < name.length && name[place] != '.') {
			number = number * BASE + (name[place++] - '0');
		}
		if (place == name.length) {
			return id(number, queue);
		}
		int origin = 0;
		while (++place < name.length) {
			origin = origin * BASE + (name[place] - '0');
		}
		return id(number, origin);
	}

}
