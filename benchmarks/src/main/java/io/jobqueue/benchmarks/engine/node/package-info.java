/**
 * Engines of Node.js, by scripts.
 */
@NullMarked
package io.jobqueue.benchmarks.engine.node;

import org.jspecify.annotations.NullMarked;
