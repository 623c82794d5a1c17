package io.jobqueue.docs.shop;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

import io.jobqueue.JobId;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.DelayList;
import io.jobqueue.retry.RetryPolicy;

@Component
class PaymentJobs {

	private final Payments payments;

	PaymentJobs(Payments payments) {
		this.payments = payments;
	}

	@Job(name = "payment.collect", maxAttempts = 6, retryDelays = { "10s", "1m", "${payment.patience:1h}" })
	void collect(long orderId) throws IOException {
		this.payments.collect(orderId);
	}

	@Job(name = "payment.refund", retryOn = IOException.class, discardOn = Payments.UnknownOrderException.class)
	void refund(long orderId) throws IOException {
		this.payments.refund(orderId);
	}

	@Job(name = "payment.remind", retryPolicy = "officeHours")
	void remind(long orderId) throws IOException {
		this.payments.remind(orderId);
	}

	@Configuration(proxyBeanMethods = false)
	static class RetryConfiguration {

		@Bean
		RetryPolicy officeHours() {
			Backoff atDay = Backoff.exponential(Duration.ofMinutes(1), 2, Duration.ofHours(1));
			return (failedAttempts, failure) -> (LocalTime.now().getHour() < 18) ? atDay.delay(failedAttempts, failure)
					: Duration.ofHours(14);
		}

	}

	static class Cashier {

		private final JobTemplate jobs;

		Cashier(JobTemplate jobs) {
			this.jobs = jobs;
		}

		JobId collectSoon(long orderId) {
			return this.jobs.job(PaymentJobs::collect, orderId)
				.maxAttempts(3)
				.backoff(DelayList.of(Duration.ofSeconds(1), Duration.ofSeconds(5)))
				.enqueue();
		}

		JobId collectOnce(long orderId) {
			return this.jobs.job(PaymentJobs::collect, orderId).maxAttempts(1).enqueue();
		}

	}

}
