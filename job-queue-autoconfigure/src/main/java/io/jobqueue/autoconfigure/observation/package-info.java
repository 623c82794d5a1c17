/**
 * Enqueues and attempts as observations.
 */
@NullMarked
package io.jobqueue.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
