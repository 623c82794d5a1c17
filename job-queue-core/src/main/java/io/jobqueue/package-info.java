/**
 * What an application uses: enqueue jobs, look at them, and the values and exceptions
 * that belong to that.
 */
@NullMarked
package io.jobqueue;

import org.jspecify.annotations.NullMarked;
