package io.jobqueue.docs.shop;

import java.time.Duration;
import java.time.Instant;

import org.springframework.stereotype.Component;

import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;

@Component
class Kitchen {

	private final Mail mail;

	private final JobTemplate jobs;

	Kitchen(Mail mail, JobTemplate jobs) {
		this.mail = mail;
		this.jobs = jobs;
	}

	@Job(name = "kitchen.remind", deadline = "10m") // later is no use
	void remind(OrderPlaced order) {
		this.mail.send(order.customer(), "Your table is ready");
	}

	void offerLunch(OrderPlaced order, Instant noon) {
		this.jobs.job(Kitchen::remind, order).at(noon).deadline(Duration.ofMinutes(5)).enqueue();
		this.jobs.job(Kitchen::remind, order).deadline(noon).enqueue();
	}

}
