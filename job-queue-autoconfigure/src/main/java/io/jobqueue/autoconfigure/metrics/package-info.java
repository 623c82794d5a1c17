/**
 * What is measured about the jobs of this node.
 */
@NullMarked
package io.jobqueue.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
