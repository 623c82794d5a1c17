package io.jobqueue.docs.shop;

import java.util.stream.Stream;

import org.springframework.stereotype.Service;

import io.jobqueue.JobTemplate;

@Service
class Newsletter {

	private final JobTemplate jobs;

	Newsletter(JobTemplate jobs) {
		this.jobs = jobs;
	}

	void thankAll(Stream<OrderPlaced> orders) {
		this.jobs.enqueueAll(OrderJobs::confirm, orders);
	}

	void thankAllAtNight(Stream<OrderPlaced> orders) {
		this.jobs.enqueueAll(
				orders.map((order) -> this.jobs.job(OrderJobs::confirm, order).queue("night").priority(-10).request()));
	}

}
