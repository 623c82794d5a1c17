/**
 * The store on PostgreSQL: a claim appends one lease row and never touches the rows of
 * the jobs.
 */
@NullMarked
package io.jobqueue.store.postgres;

import org.jspecify.annotations.NullMarked;
