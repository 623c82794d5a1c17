package io.jobqueue.store.redis;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;

/**
 * The jobs of one queue that pass a filter, newest first, read page by page.
 */
final class QueueListing {

	private final ScriptRunner scripts;

	private final String queue;

	private final String key;

	private final int number;

	private final String states;

	private final int pageSize;

	private final Deque<JobRecord> page = new ArrayDeque<>();

	private long before;

	private boolean isLastPage;

	/**
	 * Create a listing.
	 * @param scripts how to read
	 * @param queue the queue
	 * @param key the prefix of its keys
	 * @param number its number
	 * @param states the states to look at, as letters
	 * @param before the id that all are smaller than, if any
	 * @param pageSize how many to read at once
	 */
	QueueListing(ScriptRunner scripts, String queue, String key, int number, String states, @Nullable JobId before,
			int pageSize) {
		this.scripts = scripts;
		this.queue = queue;
		this.key = key;
		this.number = number;
		this.states = states;
		this.before = (before != null) ? JobNumbers.ceiling(before, number) : JobNumbers.END;
		this.pageSize = pageSize;
	}

	/**
	 * Return the next job, which stays the next.
	 * @return the job, or {@code null} if there are no more
	 */
	@Nullable JobRecord peek() {
		while (this.page.isEmpty() && !this.isLastPage) {
			Arguments arguments = new Arguments().add(this.before).add(this.pageSize).add(this.states);
			this.page
				.addAll(JobRecords.read(this.scripts.run(Script.FIND, this.key, arguments), this.queue, this.number));
			this.isLastPage = this.page.size() < this.pageSize;
			if (!this.page.isEmpty()) {
				this.before = JobNumbers.number(this.page.getLast().id());
			}
		}
		return this.page.peek();
	}

	void remove() {
		this.page.remove();
	}

}
