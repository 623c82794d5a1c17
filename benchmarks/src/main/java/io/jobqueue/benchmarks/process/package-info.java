/**
 * Workers in processes of their own, and how they are talked to.
 */
@NullMarked
package io.jobqueue.benchmarks.process;

import org.jspecify.annotations.NullMarked;
