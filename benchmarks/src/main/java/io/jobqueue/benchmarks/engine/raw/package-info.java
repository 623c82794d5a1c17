/**
 * The least that could do the job: what the servers themselves allow.
 */
@NullMarked
package io.jobqueue.benchmarks.engine.raw;

import org.jspecify.annotations.NullMarked;
