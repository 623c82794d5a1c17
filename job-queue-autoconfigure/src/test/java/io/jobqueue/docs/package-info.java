/**
 * Checks that the documentation says what the code does.
 */
@NullMarked
package io.jobqueue.docs;

import org.jspecify.annotations.NullMarked;
