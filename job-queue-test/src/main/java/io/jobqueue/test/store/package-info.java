/**
 * The contract of a store as a test suite: what every {@link io.jobqueue.store.JobStore}
 * must do.
 */
@NullMarked
package io.jobqueue.test.store;

import org.jspecify.annotations.NullMarked;
