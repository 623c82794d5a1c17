package io.jobqueue.docs.shop;

import org.springframework.stereotype.Component;

import io.jobqueue.UniqueScope;
import io.jobqueue.annotation.Job;

@Component
class CustomerJobs {

	private final Mail mail;

	CustomerJobs(Mail mail) {
		this.mail = mail;
	}

	@Job(name = "customer.digest", uniqueKey = "#customer", uniqueScope = UniqueScope.WHILE_WAITING)
	void digest(String customer) {
		this.mail.send(customer, "What has changed");
	}

	@Job(name = "customer.remind", uniqueKey = "{#customer, #orderId}", uniqueFor = "24h")
	void remind(String customer, long orderId) {
		this.mail.send(customer, "Order " + orderId + " waits to be paid");
	}

}
