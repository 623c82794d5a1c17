/**
 * What applications put around enqueues and attempts.
 */
@NullMarked
package io.jobqueue.interceptor;

import org.jspecify.annotations.NullMarked;
