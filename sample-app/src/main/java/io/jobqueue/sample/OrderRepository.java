package io.jobqueue.sample;

import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The orders in the database.
 */
@Repository
class OrderRepository {

	private static final String SAVE = """
			insert into customer_order (id, ordered_on, customer, email, product, quantity, unit_price, currency)
			values (:id, :orderedOn, :customer, :email, :product, :quantity, :unitPrice, :currency)
			on conflict (id) do nothing""";

	private static final String GET = """
			select id, ordered_on, customer, email, product, quantity, unit_price, currency
			from customer_order where id = :id""";

	private static final String FIND_STATUS = """
			select o.id, o.customer, o.product, o.quantity * o.unit_price as total, o.currency,
				(select min(m.sent_at) from mail m where m.order_id = o.id) as confirmed_at,
				(select min(i.number) from invoice i where i.order_id = o.id) as invoice,
				(select d.state from delivery d where d.order_id = o.id) as delivery
			from customer_order o where o.id = :id""";

	private static final String COUNT = "select count(*) from customer_order";

	private final JdbcClient jdbc;

	OrderRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Save an order unless there is one with its id.
	 * @return whether it was saved
	 */
	boolean save(Order order) {
		return this.jdbc.sql(SAVE)
			.param("id", order.id())
			.param("orderedOn", order.orderedOn())
			.param("customer", order.customer())
			.param("email", order.email())
			.param("product", order.product())
			.param("quantity", order.quantity())
			.param("unitPrice", order.unitPrice())
			.param("currency", order.currency().getCurrencyCode())
			.update() == 1;
	}

	Order get(String id) {
		return this.jdbc.sql(GET).param("id", id).query(Order.class).single();
	}

	Optional<OrderStatus> findStatus(String id) {
		return this.jdbc.sql(FIND_STATUS).param("id", id).query(OrderStatus.class).optional();
	}

	long count() {
		return this.jdbc.sql(COUNT).query(Long.class).single();
	}

}
