/**
 * The health of the job queue on this node.
 */
@NullMarked
package io.jobqueue.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
