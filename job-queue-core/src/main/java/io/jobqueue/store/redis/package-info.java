/**
 * The store on Redis and Valkey.
 */
@NullMarked
package io.jobqueue.store.redis;

import org.jspecify.annotations.NullMarked;
