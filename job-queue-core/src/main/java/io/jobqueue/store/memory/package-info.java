/**
 * The store in the memory of this process, for tests and demonstrations: nothing in it
 * survives a restart.
 */
@NullMarked
package io.jobqueue.store.memory;

import org.jspecify.annotations.NullMarked;
