/**
 * What stores have in common and nobody else needs.
 */
@NullMarked
package io.jobqueue.store.internal;

import org.jspecify.annotations.NullMarked;
