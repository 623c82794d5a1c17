/**
 * What a run is measured by.
 */
@NullMarked
package io.jobqueue.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
