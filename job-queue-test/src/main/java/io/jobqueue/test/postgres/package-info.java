/**
 * A real PostgreSQL for tests.
 */
@NullMarked
package io.jobqueue.test.postgres;

import org.jspecify.annotations.NullMarked;
