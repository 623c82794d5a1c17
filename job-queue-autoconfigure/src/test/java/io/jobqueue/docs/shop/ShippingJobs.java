package io.jobqueue.docs.shop;

import java.time.Duration;
import java.util.List;

import org.springframework.stereotype.Component;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobContext;
import io.jobqueue.RetryJobException;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.annotation.Job;

@Component
class ShippingJobs {

	private final Courier courier;

	ShippingJobs(Courier courier) {
		this.courier = courier;
	}

	@Job(name = "order.ship", timeout = "10m", retryDelay = "5s", retryMaxDelay = "30m")
	void ship(long orderId, JobContext job) {
		if (!this.courier.isOpen()) {
			throw new SnoozeJobException(Duration.ofHours(1)); // not an attempt
		}
		List<String> parcels = this.courier.parcels(orderId);
		if (parcels.isEmpty()) {
			throw new DiscardJobException("Nothing to ship"); // ends as CANCELLED
		}
		try {
			for (int i = 0; i < parcels.size() && job.isActive(); i++) {
				this.courier.ship(parcels.get(i));
				job.progress(100 * (i + 1) / parcels.size(), parcels.get(i));
			}
		}
		catch (Courier.BusyException ex) {
			throw new RetryJobException(ex.retryAfter(), ex); // an attempt
		}
	}

}
