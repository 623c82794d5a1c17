package io.jobqueue.docs.shop;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

import io.jobqueue.JobContext;
import io.jobqueue.annotation.Job;

@Component
class OrderJobs {

	private final Mail mail;

	private final Invoices invoices;

	OrderJobs(Mail mail, Invoices invoices) {
		this.mail = mail;
		this.invoices = invoices;
	}

	@Job("order.confirm")
	void confirm(OrderPlaced order) {
		this.mail.send(order.customer(), "Thank you");
	}

	@Job(name = "order.invoice", queue = "billing", maxAttempts = 5, timeout = "30s")
	@Transactional // the invoice and the completion of the job are committed together
	Invoice invoice(OrderPlaced order, JobContext job) {
		return this.invoices.create(order.orderId(), job.id());
	}

}
