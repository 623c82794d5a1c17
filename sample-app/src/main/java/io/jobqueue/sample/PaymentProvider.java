package io.jobqueue.sample;

import java.math.BigDecimal;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Stands for the bank: keeps what it has booked in a table, outside of any transaction of
 * the shop. An order is booked once, however often it is asked for. Above
 * {@link #CREDIT_LIMIT} it declines.
 */
@Component
class PaymentProvider {

	private static final BigDecimal CREDIT_LIMIT = new BigDecimal(7000);

	private static final String BOOK = """
			insert into payment (order_id, amount, currency) values (?, ?, ?) on conflict (order_id) do nothing""";

	private final JdbcClient jdbc;

	PaymentProvider(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Payment charge(Order order) {
		if (order.total().compareTo(CREDIT_LIMIT) > 0) {
			return Payment.DECLINED;
		}
		this.jdbc.sql(BOOK).params(order.id(), order.total(), order.currency().getCurrencyCode()).update();
		return Payment.BOOKED;
	}

}
