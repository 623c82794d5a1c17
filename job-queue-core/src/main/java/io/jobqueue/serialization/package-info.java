/**
 * How arguments, headers and results become text.
 */
@NullMarked
package io.jobqueue.serialization;

import org.jspecify.annotations.NullMarked;
