/**
 * What every store must let a worker do: the suite that runs real workers on it.
 */
@NullMarked
package io.jobqueue.test.worker;

import org.jspecify.annotations.NullMarked;
