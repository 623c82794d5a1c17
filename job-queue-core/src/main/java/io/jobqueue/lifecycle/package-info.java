/**
 * How the parts of this project that run in the background start and stop.
 */
@NullMarked
package io.jobqueue.lifecycle;

import org.jspecify.annotations.NullMarked;
