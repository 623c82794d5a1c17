/**
 * What a job queue must do to be compared.
 */
@NullMarked
package io.jobqueue.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
