/**
 * The health of the worker of this node.
 */
@NullMarked
package io.jobqueue.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
