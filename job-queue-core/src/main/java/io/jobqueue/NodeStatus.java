package io.jobqueue;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An application instance that works jobs.
 *
 * @param id the id, new at every start and after every lapse
 * @param name what people call it: by default host and process
 * @param startedAt when it took this id, by the store's clock
 * @param seenAt its last heartbeat, by the store's clock
 * @param queues the queues it takes jobs from
 * @param handlers the names of the handlers it has, or {@code null} if it did not tell
 * @param jobs the jobs that are leased to it, running or about to, at most 1,000; see
 * {@link JobAdmin#held(long, int)} for more about them
 * @since 0.1.0
 */
public record NodeStatus(long id, String name, Instant startedAt, Instant seenAt, List<String> queues,
		@Nullable List<String> handlers, List<JobId> jobs) {

	/**
	 * Create the status of a node that did not tell which handlers it has.
	 * @param id the id
	 * @param name what people call it
	 * @param startedAt when it took this id
	 * @param seenAt its last heartbeat
	 * @param queues the queues it takes jobs from
	 * @param jobs the jobs that are leased to it
	 */
	public NodeStatus(long id, String name, Instant startedAt, Instant seenAt, List<String> queues, List<JobId> jobs) {
		this(id, name, startedAt, seenAt, queues, null, jobs);
	}

}
