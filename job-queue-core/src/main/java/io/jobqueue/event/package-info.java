/**
 * What listeners are told about jobs.
 */
@NullMarked
package io.jobqueue.event;

import org.jspecify.annotations.NullMarked;
