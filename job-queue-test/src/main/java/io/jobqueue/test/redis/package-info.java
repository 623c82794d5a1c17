/**
 * Servers for tests against Redis.
 */
@NullMarked
package io.jobqueue.test.redis;

import org.jspecify.annotations.NullMarked;
