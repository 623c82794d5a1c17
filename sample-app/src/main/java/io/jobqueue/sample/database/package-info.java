/**
 * The servers that the sample brings along: PostgreSQL, unless the profile
 * {@code postgres} names another, and Redis, if the profile {@code redis} does not.
 */
@NullMarked
package io.jobqueue.sample.database;

import org.jspecify.annotations.NullMarked;
