package io.jobqueue.store.memory;

import java.time.Instant;

/**
 * What the jobs of one claim have in common. A job points to its lease; a node knows the
 * jobs that it holds.
 *
 * @param id the number of the claim
 * @param node the node that claimed
 * @param claimedAt when it claimed
 */
record MemoryLease(long id, MemoryNode node, Instant claimedAt) {
}
