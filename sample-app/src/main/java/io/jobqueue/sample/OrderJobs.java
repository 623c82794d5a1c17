package io.jobqueue.sample;

import java.util.Set;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

import io.jobqueue.JobContext;
import io.jobqueue.annotation.Job;

/**
 * What is done for each order in the background.
 */
@Component
class OrderJobs {

	private static final String MAIL = "mail";

	private static final String BILLING = "billing";

	static final Set<String> QUEUES = Set.of(MAIL, BILLING);

	private final OrderRepository orders;

	private final MailServer mailServer;

	private final Invoices invoices;

	OrderJobs(OrderRepository orders, MailServer mailServer, Invoices invoices) {
		this.orders = orders;
		this.mailServer = mailServer;
		this.invoices = invoices;
	}

	/**
	 * Thank the customer. A mail cannot be taken back, so this runs at least once: who is
	 * killed between the mail and the completion of the job sends it again. The queue has
	 * a rate limit, because mail servers block who is too fast.
	 */
	@Job(name = "order.confirm", queue = MAIL, maxAttempts = 4, retryDelay = "500ms")
	void confirm(OrderPlaced placed, JobContext job) throws InterruptedException {
		Order order = this.orders.get(placed.orderId());
		this.mailServer.send(order, "Thank you for ordering " + order.product(), job.attempt());
	}

	/**
	 * Write the invoice. It is committed together with the completion of the job, so
	 * there is exactly one, whoever is killed and whenever. A job in Redis is completed
	 * after the commit: who is killed right then leaves it to be run, and the invoice to
	 * be written, once more. The invoices of one customer are written one after the
	 * other, in the order of his orders.
	 */
	@Job(name = "order.invoice", queue = BILLING, timeout = "30s", concurrencyKey = "#placed.customer",
			maxConcurrent = "1")
	@Transactional
	Invoice invoice(OrderPlaced placed, JobContext job) {
		return this.invoices.create(this.orders.get(placed.orderId()), job.id());
	}

}
