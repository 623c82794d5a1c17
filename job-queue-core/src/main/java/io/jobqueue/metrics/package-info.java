/**
 * What is counted and measured, whoever does it.
 */
@NullMarked
package io.jobqueue.metrics;

import org.jspecify.annotations.NullMarked;
