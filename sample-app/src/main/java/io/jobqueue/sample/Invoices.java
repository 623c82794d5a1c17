package io.jobqueue.sample;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import io.jobqueue.JobId;

/**
 * The invoices in the database.
 */
@Repository
class Invoices {

	private static final String CREATE = """
			insert into invoice (order_id, job_id, amount, currency) values (:orderId, :jobId, :amount, :currency)
			returning number, order_id, amount, currency""";

	private final JdbcClient jdbc;

	Invoices(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	Invoice create(Order order, JobId job) {
		return this.jdbc.sql(CREATE)
			.param("orderId", order.id())
			.param("jobId", job.value())
			.param("amount", order.total())
			.param("currency", order.currency().getCurrencyCode())
			.query(Invoice.class)
			.single();
	}

}
