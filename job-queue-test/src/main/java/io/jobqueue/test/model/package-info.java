/**
 * A simple model of what a store does, and a test that compares a store with it, step by
 * random step.
 */
@NullMarked
package io.jobqueue.test.model;

import org.jspecify.annotations.NullMarked;
