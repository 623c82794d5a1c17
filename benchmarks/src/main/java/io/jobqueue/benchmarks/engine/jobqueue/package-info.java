/**
 * This project as an engine, by its starter.
 */
@NullMarked
package io.jobqueue.benchmarks.engine.jobqueue;

import org.jspecify.annotations.NullMarked;
