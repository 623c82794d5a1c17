package io.jobqueue.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.jobqueue.JobTemplate;

/**
 * Takes orders. An order and its jobs are committed together: no order is ever without
 * its jobs, and no job without its order. Jobs in Redis are sent after the commit: who is
 * killed right then leaves orders without jobs.
 */
@Service
class Orders {

	private final OrderRepository repository;

	private final JobTemplate jobs;

	private final DeliveryJobs deliveries;

	private final Duration figuresDelay;

	Orders(OrderRepository repository, JobTemplate jobs, DeliveryJobs deliveries, SampleProperties properties) {
		this.repository = repository;
		this.jobs = jobs;
		this.deliveries = deliveries;
		this.figuresDelay = properties.figuresDelay();
	}

	/**
	 * Place the orders of a file in one transaction, so that a crash on the way leaves
	 * nothing of it. Those that exist are skipped, so a file can be sent again by whoever
	 * did not hear the answer.
	 */
	@Transactional
	Receipt placeAll(List<Order> orders) {
		List<OrderPlaced> placed = new ArrayList<>();
		List<OrderPlaced> prepaid = new ArrayList<>();
		for (Order order : orders) {
			if (this.repository.save(order)) {
				OrderPlaced added = new OrderPlaced(order.id(), order.email());
				placed.add(added);
				if (order.isPrepaid()) {
					prepaid.add(added);
				}
			}
		}
		this.jobs.enqueueAll(OrderJobs::confirm, placed.stream());
		this.jobs.enqueueAll(OrderJobs::invoice, placed.stream());
		prepaid.forEach(this.deliveries::begin);
		if (!placed.isEmpty()) {
			this.jobs.job(ReportJobs::figures).in(this.figuresDelay).enqueue();
		}
		return new Receipt(placed.size(), orders.size() - placed.size(), 2 * placed.size());
	}

}
