package io.jobqueue.store.redis;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.jobqueue.JobId;

/**
 * What was taken back so far from nodes that have left or died, and what they have left
 * undone.
 */
final class TakeBack {

	private final Registry registry;

	private final JobActions actions;

	private final Set<String> queues = new HashSet<>();

	private final Set<JobId> failed = new HashSet<>();

	private int available;

	private boolean haveTasksEnded;

	TakeBack(Registry registry, JobActions actions) {
		this.registry = registry;
		this.actions = actions;
	}

	/**
	 * Add what queues answered.
	 * @return those that have more to do
	 */
	Set<String> read(Map<String, Reply> replies) {
		return replies.entrySet()
			.stream()
			.filter((entry) -> read(entry.getKey(), entry.getValue()))
			.map(Map.Entry::getKey)
			.collect(Collectors.toSet());
	}

	private boolean read(String queue, Reply reply) {
		boolean hasMore = reply.number() > 0;
		int back = reply.count();
		this.available += back;
		this.haveTasksEnded |= reply.count() > 0;
		if (back > 0) {
			this.queues.add(queue);
		}
		int number = this.registry.number(queue);
		if (reply.number() > 0) {
			this.actions.runErrands(number);
		}
		for (int late = reply.count(); late > 0; late--) {
			this.actions.moved().completeLate(number, reply.text());
		}
		this.failed.addAll(MovedJobs.rest(reply, number));
		return hasMore;
	}

	/**
	 * Return the queues that have jobs again.
	 */
	Set<String> queues() {
		return this.queues;
	}

	/**
	 * Return the jobs that failed for good.
	 */
	Set<JobId> failed() {
		return this.failed;
	}

	int available() {
		return this.available;
	}

	boolean haveTasksEnded() {
		return this.haveTasksEnded;
	}

}
