package io.jobqueue.docs.shop;

import org.springframework.stereotype.Component;

import io.jobqueue.annotation.Job;

@Component
class LimitedJobs {

	private final Mail mail;

	LimitedJobs(Mail mail) {
		this.mail = mail;
	}

	@Job(name = "order.book", concurrencyKey = "#customer", maxConcurrent = "1")
	void book(String customer, long orderId) {
		this.mail.send(customer, "Order " + orderId + " is booked");
	}

	@Job(name = "order.pack", concurrencyKey = "#customer", maxConcurrent = "1", handlerMaxConcurrent = "4")
	void ship(String customer, long orderId) {
		this.mail.send(customer, "Order " + orderId + " is on its way");
	}

	@Job(name = "mail.newsletter", maxConcurrent = "5", rateLimit = "100/s, burst 20")
	void newsletter(String customer) {
		this.mail.send(customer, "What is new");
	}

}
