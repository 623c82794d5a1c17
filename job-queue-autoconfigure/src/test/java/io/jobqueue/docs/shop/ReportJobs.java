package io.jobqueue.docs.shop;

import java.time.Instant;

import org.springframework.stereotype.Component;

import io.jobqueue.JobContext;
import io.jobqueue.annotation.Job;
import io.jobqueue.recurring.Firing;
import io.jobqueue.recurring.Misfire;
import io.jobqueue.recurring.Overlap;

@Component
class ReportJobs {

	private final Mail mail;

	ReportJobs(Mail mail) {
		this.mail = mail;
	}

	@Job(name = "report.daily", queue = "reports", cron = "0 0 6 * * *", zone = "Europe/Berlin")
	void daily(JobContext job) {
		Instant time = Firing.of(job).map(Firing::at).orElse(job.createdAt());
		this.mail.send("office@shop.example", "Report of " + time);
	}

	@Job(name = "cart.cleanup", every = "${shop.cleanup.every:15m}", misfire = Misfire.SKIP, overlap = Overlap.SKIP)
	void cleanUp() {
		this.mail.send("office@shop.example", "Cleaned up");
	}

	@Job("report.customer")
	void ofCustomer(String customer) {
		this.mail.send(customer, "Your report");
	}

}
