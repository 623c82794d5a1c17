/**
 * The way from a request to a store: which handler is meant, what its defaults are, and
 * whether the arguments fit.
 */
@NullMarked
package io.jobqueue.client;

import org.jspecify.annotations.NullMarked;
