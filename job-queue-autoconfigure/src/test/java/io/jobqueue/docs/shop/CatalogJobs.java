package io.jobqueue.docs.shop;

import org.springframework.stereotype.Component;

import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;

@Component
class CatalogJobs {

	private final Catalog catalog;

	private final JobTemplate jobs;

	CatalogJobs(Catalog catalog, JobTemplate jobs) {
		this.catalog = catalog;
		this.jobs = jobs;
	}

	@Job(name = "catalog.warm", durable = false, timeout = "10s", retryDelays = { "1s", "5s" })
	void warm(long productId) {
		this.catalog.load(productId);
	}

	void viewed(long productId) {
		this.jobs.enqueue(CatalogJobs::warm, productId);
	}

	void bought(OrderPlaced order) {
		this.jobs.job(OrderJobs::confirm, order).ephemeral().enqueue();
	}

	void announced(long productId) {
		this.jobs.job(CatalogJobs::warm, productId).durable().enqueue();
	}

}
