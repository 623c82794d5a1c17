package io.jobqueue.docs.shop;

import java.time.Duration;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.jobqueue.JobTemplate;

@Service
class Orders {

	private final OrderRepository repository;

	private final JobTemplate jobs;

	Orders(OrderRepository repository, JobTemplate jobs) {
		this.repository = repository;
		this.jobs = jobs;
	}

	@Transactional // the order and its jobs are committed, or rolled back, together
	void place(Order order) {
		this.repository.save(order);
		OrderPlaced event = new OrderPlaced(order.id(), order.customer());
		this.jobs.enqueue(OrderJobs::confirm, event);
		this.jobs.job(OrderJobs::invoice, event).in(Duration.ofMinutes(5)).priority(1).enqueue();
	}

}
