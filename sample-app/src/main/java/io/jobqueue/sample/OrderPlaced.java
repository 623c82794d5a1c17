package io.jobqueue.sample;

/**
 * The argument of the jobs of an order. It carries the id only: the handler reads the
 * rest when it runs, so it never works on an outdated copy.
 *
 * @param orderId the order
 */
record OrderPlaced(String orderId) {
}
