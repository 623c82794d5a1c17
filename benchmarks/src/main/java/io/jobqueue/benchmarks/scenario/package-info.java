/**
 * What is done with an engine, and measured.
 */
@NullMarked
package io.jobqueue.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
