/**
 * The command line: this project beside its peers in one run.
 */
@NullMarked
package io.jobqueue.benchmarks;

import org.jspecify.annotations.NullMarked;
