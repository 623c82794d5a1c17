/**
 * What stores, and those who enqueue to them, have in common and no application needs.
 */
@NullMarked
package io.jobqueue.store.internal;

import org.jspecify.annotations.NullMarked;
