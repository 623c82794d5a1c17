package io.jobqueue.sample;

/**
 * What became of an order file.
 *
 * @param orders the number of orders that were accepted
 * @param alreadyImported the number of orders that were left alone, because an order of
 * that id exists
 * @param jobs the number of mails and invoices that were enqueued for the accepted orders
 */
record Receipt(int orders, int alreadyImported, int jobs) {
}
