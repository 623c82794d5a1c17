package io.jobqueue.sample;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;

/**
 * What a customer has ordered: one row of an order file.
 */
record Order(String id, LocalDate orderedOn, String customer, String email, String product, int quantity,
		BigDecimal unitPrice, Currency currency) {

	BigDecimal total() {
		return this.unitPrice.multiply(BigDecimal.valueOf(this.quantity));
	}

}
