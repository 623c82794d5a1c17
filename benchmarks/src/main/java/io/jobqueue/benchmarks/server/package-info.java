/**
 * The servers that engines work on, and what they count.
 */
@NullMarked
package io.jobqueue.benchmarks.server;

import org.jspecify.annotations.NullMarked;
