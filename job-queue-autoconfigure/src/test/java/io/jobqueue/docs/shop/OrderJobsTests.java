package io.jobqueue.docs.shop;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;

import static org.awaitility.Awaitility.await;
import static org.mockito.BDDMockito.then;

@SpringBootTest(properties = "job-queue.store=memory")
class OrderJobsTests {

	@Autowired
	private JobTemplate jobs;

	@Autowired
	private JobAdmin admin;

	@MockitoBean
	private Mail mail;

	@MockitoBean
	private Invoices invoices;

	@MockitoBean
	private OrderRepository orders;

	@MockitoBean
	private Courier courier;

	@MockitoBean
	private Payments payments;

	@MockitoBean
	private Catalog catalog;

	@Test
	void confirmationThanksTheCustomer() {
		JobId id = this.jobs.enqueue(OrderJobs::confirm, new OrderPlaced(1, "jo@shop.example"));
		await().until(() -> this.admin.get(id).state() == JobState.SUCCEEDED);
		then(this.mail).should().send("jo@shop.example", "Thank you");
	}

}
