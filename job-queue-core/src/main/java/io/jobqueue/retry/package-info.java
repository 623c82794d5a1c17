/**
 * When a failed attempt is made again.
 */
@NullMarked
package io.jobqueue.retry;

import org.jspecify.annotations.NullMarked;
