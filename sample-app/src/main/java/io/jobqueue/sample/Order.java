package io.jobqueue.sample;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;

/**
 * What a customer has ordered: one row of an order file.
 */
record Order(String id, LocalDate orderedOn, String customer, String email, String product, int quantity,
		BigDecimal unitPrice, Currency currency) {

	private static final BigDecimal PREPAID = new BigDecimal(2000);

	BigDecimal total() {
		return this.unitPrice.multiply(BigDecimal.valueOf(this.quantity));
	}

	/**
	 * Return whether the goods are shipped after they were paid only. Who orders for
	 * 2,000 euros or more pays in advance; other currencies are only invoiced.
	 */
	boolean isPrepaid() {
		return this.currency.getCurrencyCode().equals("EUR") && total().compareTo(PREPAID) >= 0;
	}

}
