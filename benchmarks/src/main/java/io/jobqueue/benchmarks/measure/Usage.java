package io.jobqueue.benchmarks.measure;

import io.jobqueue.benchmarks.server.Counters;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of work has cost.
 *
 * @param server what the server has counted
 * @param clientCpuNanos processor time of this process and of those it has started, the
 * server apart
 */
public record Usage(Counters server, @Nullable Long clientCpuNanos) {

}
