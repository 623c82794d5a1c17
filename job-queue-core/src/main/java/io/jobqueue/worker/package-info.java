/**
 * Runs jobs: takes them from the store, calls their handlers, and reports how they ended.
 */
@NullMarked
package io.jobqueue.worker;

import org.jspecify.annotations.NullMarked;
