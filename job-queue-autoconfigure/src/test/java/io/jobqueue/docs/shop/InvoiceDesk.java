package io.jobqueue.docs.shop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.springframework.stereotype.Service;

import io.jobqueue.JobFailedException;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobResult;
import io.jobqueue.JobTemplate;

@Service
class InvoiceDesk {

	private final JobTemplate jobs;

	InvoiceDesk(JobTemplate jobs) {
		this.jobs = jobs;
	}

	Invoice invoice(OrderPlaced order) {
		JobId id = this.jobs.enqueue(OrderJobs::invoice, order);
		return this.jobs.await(id, Invoice.class, Duration.ofSeconds(30));
	}

	String explain(JobId id) {
		JobResult result = this.jobs.await(id, Duration.ofSeconds(30));
		try {
			return "Here it is: " + result.as(Invoice.class);
		}
		catch (JobFailedException ex) {
			JobFailure failure = ex.getFailure();
			return "It failed: " + failure.type() + ": " + failure.message();
		}
	}

	CompletableFuture<Invoice> invoiceLater(OrderPlaced order) {
		JobId id = this.jobs.enqueue(OrderJobs::invoice, order);
		return this.jobs.future(id).thenApply((result) -> result.as(Invoice.class)).orTimeout(30, TimeUnit.SECONDS);
	}

}
