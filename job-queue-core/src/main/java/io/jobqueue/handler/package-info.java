/**
 * The handlers of this application: descriptions of {@code @Job} methods, by name.
 */
@NullMarked
package io.jobqueue.handler;

import org.jspecify.annotations.NullMarked;
