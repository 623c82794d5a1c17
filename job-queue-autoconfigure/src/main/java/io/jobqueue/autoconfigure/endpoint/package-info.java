/**
 * The Actuator endpoint of the job queue.
 */
@NullMarked
package io.jobqueue.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
