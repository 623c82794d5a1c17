package io.jobqueue.sample;

/**
 * A row of an order file that is no order.
 *
 * @param line the line of the file on which the row begins, from 1
 * @param reason what is wrong with it
 */
record BadRow(long line, String reason) {
}
