package io.jobqueue.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.workflow.TaskResult;
import io.jobqueue.workflow.WorkflowContext;
import io.jobqueue.workflow.Workflows;

/**
 * The delivery of a prepaid order: a workflow that reserves the goods and charges the
 * customer at the same time, and then ships the goods or, without the money, releases
 * them.
 */
@Component
class DeliveryJobs {

	static final String QUEUE = "delivery";

	private static final Logger logger = LoggerFactory.getLogger(DeliveryJobs.class);

	private final Workflows workflows;

	private final JobTemplate jobs;

	private final OrderRepository orders;

	private final DeliveryRepository deliveries;

	private final PaymentProvider payments;

	DeliveryJobs(Workflows workflows, JobTemplate jobs, OrderRepository orders, DeliveryRepository deliveries,
			PaymentProvider payments) {
		this.workflows = workflows;
		this.jobs = jobs;
		this.orders = orders;
		this.deliveries = deliveries;
		this.payments = payments;
	}

	/**
	 * Begin a delivery, in the transaction that saves the order.
	 */
	void begin(OrderPlaced placed) {
		this.deliveries.open(placed.orderId());
		this.workflows.define("delivery")
			.input(placed)
			.task("reserve", DeliveryJobs::reserve)
			.task("charge", DeliveryJobs::charge)
			.task("decide", DeliveryJobs::decide)
			.after("reserve", "charge")
			.start();
	}

	@Job(name = "delivery.reserve", queue = QUEUE)
	void reserve(WorkflowContext workflow) {
		this.deliveries.reserve(order(workflow));
	}

	/**
	 * Charge the customer. A card that is declined is a result and no failure: nobody
	 * tries again, and the workflow goes on to what has to be done about it. If the bank
	 * cannot be reached at all, nobody knows whether it has booked; then the workflow
	 * fails in the end, and waits for someone to retry it.
	 */
	@Job(name = "delivery.charge", queue = QUEUE)
	Payment charge(WorkflowContext workflow) {
		return this.payments.charge(order(workflow));
	}

	/**
	 * Decide how it goes on. The compensation is a task as any other: it takes place also
	 * if this process is killed right now, which cannot be said of a listener.
	 */
	@Job(name = "delivery.decide", queue = QUEUE)
	void decide(@TaskResult("charge") Payment payment, WorkflowContext workflow) {
		if (payment == Payment.BOOKED) {
			workflow.add("ship", this.jobs.job(DeliveryJobs::ship, placed(workflow)));
		}
		else {
			workflow.add("release", this.jobs.job(DeliveryJobs::release, placed(workflow)));
		}
	}

	@Job(name = "delivery.ship", queue = QUEUE)
	void ship(OrderPlaced placed) {
		this.deliveries.ship(placed.orderId());
	}

	/**
	 * Give the goods back to the stock, and mark the order as failed.
	 */
	@Job(name = "delivery.release", queue = QUEUE)
	void release(OrderPlaced placed) {
		this.deliveries.release(placed.orderId());
		logger.info("Order {} is not delivered, the card was declined", placed.orderId());
	}

	private Order order(WorkflowContext workflow) {
		return this.orders.get(placed(workflow).orderId());
	}

	private static OrderPlaced placed(WorkflowContext workflow) {
		OrderPlaced placed = workflow.input(OrderPlaced.class);
		Assert.state(placed != null, "The workflow has no order");
		return placed;
	}

}
