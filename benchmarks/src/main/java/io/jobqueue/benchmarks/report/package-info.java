/**
 * Results for people and for programs.
 */
@NullMarked
package io.jobqueue.benchmarks.report;

import org.jspecify.annotations.NullMarked;
