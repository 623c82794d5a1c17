/**
 * JobRunr as an engine.
 */
@NullMarked
package io.jobqueue.benchmarks.engine.jobrunr;

import org.jspecify.annotations.NullMarked;
