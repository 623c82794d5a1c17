package io.jobqueue.sample;

import java.math.BigDecimal;

/**
 * What a customer has to pay; also the result of the job that wrote it.
 */
record Invoice(long number, String orderId, BigDecimal amount, String currency) {
}
