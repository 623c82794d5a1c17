/**
 * db-scheduler as an engine.
 */
@NullMarked
package io.jobqueue.benchmarks.engine.dbscheduler;

import org.jspecify.annotations.NullMarked;
