package io.jobqueue;

import java.time.Instant;
import java.util.List;

/**
 * An application instance that works jobs.
 *
 * @param id the id, new at every start and after every lapse
 * @param name what people call it: by default host and process
 * @param startedAt when it took this id, by the store's clock
 * @param seenAt its last heartbeat, by the store's clock
 * @param queues the queues it takes jobs from
 * @param jobs the jobs that are leased to it, running or about to, at most 1,000
 * @since 0.1.0
 */
public record NodeStatus(long id, String name, Instant startedAt, Instant seenAt, List<String> queues,
		List<JobId> jobs) {
}
