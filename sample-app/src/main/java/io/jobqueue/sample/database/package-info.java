/**
 * The PostgreSQL server that the sample brings along, unless the profile {@code postgres}
 * names another.
 */
@NullMarked
package io.jobqueue.sample.database;

import org.jspecify.annotations.NullMarked;
