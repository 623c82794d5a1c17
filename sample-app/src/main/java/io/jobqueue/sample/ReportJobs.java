package io.jobqueue.sample;

import java.time.Instant;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import io.jobqueue.JobContext;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.annotation.Job;
import io.jobqueue.recurring.Firing;
import io.jobqueue.recurring.Overlap;

/**
 * Reports on what the shop has done. However many of them run, one writes the report.
 */
@Component
class ReportJobs {

	private static final String DAILY = "report.daily";

	private static final String FIGURES = "report.figures";

	static final String QUEUE = "reports";

	private static final Logger logger = LoggerFactory.getLogger(ReportJobs.class);

	private static final String COUNT = """
			select (select count(*) from customer_order) as orders, (select count(*) from mail) as mails,
				(select count(*) from invoice) as invoices""";

	private final JdbcClient jdbc;

	ReportJobs(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Write the figures of the day, a moment after the last file of orders and not after
	 * each of them: as long as this waits, another file only postpones it.
	 */
	@Job(name = FIGURES, queue = QUEUE, uniqueKey = "'shop'", uniqueScope = UniqueScope.WHILE_WAITING,
			onDuplicate = OnDuplicate.POSTPONE)
	void figures() {
		Report report = count();
		logger.info("New orders: {} by now", report.orders());
	}

	/**
	 * Write the daily report; every few seconds in the demonstration.
	 */
	@Job(name = DAILY, queue = QUEUE, cron = "${sample.report-cron:0 0 6 * * *}", zone = "Europe/Berlin",
			overlap = Overlap.SKIP)
	void daily(JobContext job) {
		Instant time = Firing.of(job).map(Firing::at).orElse(job.createdAt());
		Report report = count();
		logger.info("Report of {}: {} orders, {} mails, {} invoices", time, report.orders(), report.mails(),
				report.invoices());
	}

	private Report count() {
		return this.jdbc.sql(COUNT).query(Report.class).single();
	}

	/**
	 * What the shop has done.
	 */
	record Report(long orders, long mails, long invoices) {
	}

}
