package io.jobqueue.worker;

import java.util.List;

/**
 * How a pool of this node is doing.
 *
 * @param name the name of the pool
 * @param queues the queues that it takes jobs from
 * @param concurrency how many jobs run at once at most
 * @param running how many jobs run
 * @param waiting how many claimed jobs wait for a thread
 * @param prefetch how many jobs may wait for a thread at the present pace
 * @since 0.1.0
 */
public record PoolStatus(String name, List<String> queues, int concurrency, int running, int waiting, int prefetch) {
}
