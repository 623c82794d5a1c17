package io.jobqueue.store.redis;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.TimeRange;

/**
 * The jobs of one queue that pass a filter, newest first, read or only counted piece by
 * piece.
 */
final class QueueListing {

	/** Few enough not to keep the server busy for long. */
	private static final int MAX_EXAMINED_AT_ONCE = 1000;

	private static final int MIN_EXAMINED_AT_ONCE = 50;

	private final String queue;

	private final String key;

	private final int number;

	private final JobFilter filter;

	private int examined;

	private final int wanted;

	private final boolean isCounting;

	private int counted;

	private final Deque<JobRecord> found = new ArrayDeque<>();

	/** The id that all others are smaller than. */
	private long before;

	private boolean hasMore = true;

	/**
	 * Create a listing.
	 * @param queue the queue
	 * @param key the prefix of its keys
	 * @param number its number
	 * @param filter which jobs
	 * @param before the id that all are smaller than, if any
	 * @param wanted how many jobs are wanted
	 * @param queues how many queues are read together
	 * @param isCounting whether jobs are only counted
	 */
	QueueListing(String queue, String key, int number, JobFilter filter, @Nullable JobId before, int wanted, int queues,
			boolean isCounting) {
		this.queue = queue;
		this.key = key;
		this.number = number;
		this.filter = filter;
		this.before = (before != null) ? before.value() : JobNumbers.id(JobNumbers.END, 0).value();
		this.wanted = wanted;
		this.isCounting = isCounting;
		this.examined = Math.max(MIN_EXAMINED_AT_ONCE, MAX_EXAMINED_AT_ONCE / queues);
	}

	/**
	 * Begin to read the next piece.
	 * @param limit how many jobs to look at, at most
	 * @return waits for it, and tells how many jobs were looked at
	 */
	Supplier<Integer> start(ScriptRunner.Session session, int limit) {
		Arguments arguments = new Arguments().add(this.before)
			.add(Math.min(this.examined, limit))
			.add(this.wanted)
			.add(JobRecords.letters(Arrays.stream(JobState.values()).filter(this.filter::includes).toList()))
			.add((this.filter.handler() != null) ? this.filter.handler() : "");
		for (TimeRange range : new TimeRange[] { this.filter.created(), this.filter.due(), this.filter.finished() }) {
			arguments.add(millis(range.from())).add(millis(range.before()));
		}
		String concurrencyKey = this.filter.concurrencyKey();
		arguments.add(this.number).add((concurrencyKey != null) ? concurrencyKey : "").add(this.isCounting);
		this.filter.headers().forEach((name, value) -> arguments.add(name).add(value));
		ScriptRunner.Call call = session.start(Script.FIND, this.key, arguments);
		return () -> read(call.await());
	}

	private int read(Reply reply) {
		long low = reply.number();
		int count = reply.count();
		this.hasMore = reply.number() > 0;
		this.examined = MAX_EXAMINED_AT_ONCE;
		if (low > 0) {
			this.before = low;
		}
		if (this.isCounting) {
			this.counted += reply.count();
		}
		else {
			this.found.addAll(JobRecords.read(reply, this.queue, this.number));
		}
		return count;
	}

	// The server knows milliseconds only, so an instant between two of them means the
	// later.
	private static String millis(@Nullable Instant time) {
		if (time == null) {
			return "";
		}
		long floor = Math.max(time.toEpochMilli(), 0);
		return Long.toString(time.isAfter(Instant.ofEpochMilli(floor)) ? floor + 1 : floor);
	}

	/**
	 * Return how many jobs were counted since this was last asked.
	 */
	int takeCounted() {
		int taken = this.counted;
		this.counted = 0;
		return taken;
	}

	boolean hasNext() {
		return !this.found.isEmpty();
	}

	JobRecord remove() {
		return this.found.remove();
	}

	/**
	 * Return whether there are no more jobs.
	 */
	boolean isAtEnd() {
		return this.found.isEmpty() && !this.hasMore;
	}

	/**
	 * Return where this listing is: at its next job if it has one, otherwise at the id
	 * from which on it has looked at all jobs.
	 */
	JobId position() {
		JobRecord next = this.found.peek();
		return (next != null) ? next.id() : JobId.of(this.before);
	}

}
