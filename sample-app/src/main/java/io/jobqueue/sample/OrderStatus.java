package io.jobqueue.sample;

import java.math.BigDecimal;
import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;

/**
 * How far an order is.
 *
 * @param id the order
 * @param customer who ordered
 * @param product what was ordered
 * @param total what it costs
 * @param currency the currency of the total
 * @param confirmedAt when the customer was first thanked; {@code null} if not yet
 * @param invoice the number of the invoice; {@code null} if there is none yet
 * @param delivery what the delivery of a prepaid order has come to: {@code OPEN},
 * {@code SHIPPED} or {@code FAILED}; {@code null} for other orders
 */
record OrderStatus(String id, String customer, String product, BigDecimal total, String currency,
		@Nullable OffsetDateTime confirmedAt, @Nullable Long invoice, @Nullable String delivery) {
}
