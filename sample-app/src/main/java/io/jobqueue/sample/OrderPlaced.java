package io.jobqueue.sample;

/**
 * The argument of the jobs of an order. It carries what identifies it only: the handler
 * reads the rest when it runs, so it never works on an outdated copy.
 *
 * @param orderId the order
 * @param customer the address of the customer, whose orders are invoiced one by one
 */
record OrderPlaced(String orderId, String customer) {
}
