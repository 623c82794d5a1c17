/**
 * What makes applications with jobs easy to test.
 */
@NullMarked
package io.jobqueue.test;

import org.jspecify.annotations.NullMarked;
