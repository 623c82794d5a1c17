package io.jobqueue.docs.shop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.stereotype.Service;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.JobId;
import io.jobqueue.JobTemplate;
import io.jobqueue.Unique;

@Service
class Customers {

	private final JobTemplate jobs;

	Customers(JobTemplate jobs) {
		this.jobs = jobs;
	}

	void recall(String customer) {
		this.jobs.job(CustomerJobs::digest, customer).priority(50).enqueue();
	}

	void changed(String customer) {
		this.jobs.job(CustomerJobs::digest, customer)
			.in(Duration.ofMinutes(10)) // after the last change, not after each
			.unique(Unique.byKey(customer).whileWaiting().orPostpone())
			.enqueue();
	}

	boolean remind(String customer, long orderId) {
		return this.jobs.job(CustomerJobs::remind, customer, orderId).enqueueResult().isEnqueued();
	}

	JobId digestNow(String customer) {
		try {
			return this.jobs.job(CustomerJobs::digest, customer).unique(Unique.byArguments().orFail()).enqueue();
		}
		catch (DuplicateJobException ex) {
			return ex.getId(); // the one that is there
		}
	}

	List<JobId> digestAll(Stream<String> customers) {
		List<JobId> enqueued = new ArrayList<>();
		this.jobs.enqueueAll(customers.map((customer) -> this.jobs.job(CustomerJobs::digest, customer).request()),
				(result) -> {
					if (result.isEnqueued()) {
						enqueued.add(result.id());
					}
				});
		return enqueued;
	}

}
