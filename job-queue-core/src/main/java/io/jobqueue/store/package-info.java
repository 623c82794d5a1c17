/**
 * What a store must be able to do: a few atomic verbs, on top of which everything else is
 * written once.
 */
@NullMarked
package io.jobqueue.store;

import org.jspecify.annotations.NullMarked;
