package io.jobqueue.docs.shop;

import java.time.ZoneId;
import java.util.List;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.jobqueue.JobTemplate;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJob;
import io.jobqueue.recurring.RecurringJobs;

@Service
class Subscriptions {

	private final JobTemplate jobs;

	private final RecurringJobs recurringJobs;

	Subscriptions(JobTemplate jobs, RecurringJobs recurringJobs) {
		this.jobs = jobs;
		this.recurringJobs = recurringJobs;
	}

	@Transactional
	void subscribe(String customer, String address, ZoneId zone) {
		this.recurringJobs.create("report." + customer, Recurrence.cron("0 0 8 * * MON-FRI").zone(zone),
				this.jobs.job(ReportJobs::ofCustomer, address).queue("reports").request());
	}

	void unsubscribe(String customer) {
		this.recurringJobs.delete("report." + customer);
	}

	List<RecurringJob> all() {
		return this.recurringJobs.list();
	}

}
