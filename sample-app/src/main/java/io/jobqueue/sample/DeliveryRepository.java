package io.jobqueue.sample;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The deliveries of prepaid orders in the database. Each change is one statement that
 * changes nothing the second time, or after the end: a task may run more than once, and a
 * process that was frozen may wake up late.
 */
@Repository
class DeliveryRepository {

	private static final String OPEN = "insert into delivery (order_id) values (?)";

	private static final String RESERVE = """
			update delivery set reserved = ? where order_id = ? and state = 'OPEN'""";

	private static final String SHIP = """
			update delivery set state = 'SHIPPED' where order_id = ? and state = 'OPEN'""";

	private static final String RELEASE = """
			update delivery set state = 'FAILED', reserved = 0 where order_id = ? and state = 'OPEN'""";

	private static final String COUNT = "select count(*) from delivery where state = ?";

	private final JdbcClient jdbc;

	DeliveryRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	void open(String orderId) {
		this.jdbc.sql(OPEN).param(orderId).update();
	}

	void reserve(Order order) {
		this.jdbc.sql(RESERVE).params(order.quantity(), order.id()).update();
	}

	void ship(String orderId) {
		this.jdbc.sql(SHIP).param(orderId).update();
	}

	void release(String orderId) {
		this.jdbc.sql(RELEASE).param(orderId).update();
	}

	long count(String state) {
		return this.jdbc.sql(COUNT).param(state).query(Long.class).single();
	}

}
