/**
 * A shop that takes orders as CSV files and works on them in the background: an example
 * of an application with jobs.
 */
@NullMarked
package io.jobqueue.sample;

import org.jspecify.annotations.NullMarked;
