/**
 * Workflows and batches: several jobs that belong together.
 */
@NullMarked
package io.jobqueue.workflow;

import org.jspecify.annotations.NullMarked;
