/**
 * Recurring jobs: when they fire, what happens to firing times that were missed, and who
 * looks after that.
 */
@NullMarked
package io.jobqueue.recurring;

import org.jspecify.annotations.NullMarked;
