/**
 * Enqueues and attempts as Micrometer observations.
 */
@NullMarked
package io.jobqueue.observation;

import org.jspecify.annotations.NullMarked;
