package io.jobqueue.benchmarks.engine.jobqueue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.jobqueue.annotation.Job;

/**
 * Handlers that do nothing but what their argument says.
 */
class ShopJobs {

	static final List<String> QUEUES = List.of(Contents.LARGE_QUEUE, "mail", "billing", Contents.SMALL_QUEUE);

	/** As an argument: fail. */
	static final long FAIL = -1;

	/** As an argument: run until the end of the worker. */
	static final long STAY = -2;

	private final AtomicLong started = new AtomicLong();

	@Job(Contents.USUAL_HANDLER)
	void confirmOrder(long argument) throws InterruptedException {
		run(argument);
	}

	@Job("orders.ship")
	void shipOrder(long argument) throws InterruptedException {
		run(argument);
	}

	@Job("mail.send")
	void sendMail(long argument) throws InterruptedException {
		run(argument);
	}

	@Job("billing.invoice")
	void invoice(long argument) throws InterruptedException {
		run(argument);
	}

	@Job("reports.run")
	void report(long argument) throws InterruptedException {
		run(argument);
	}

	@Job(Contents.RARE_HANDLER)
	void reportRarely(long argument) throws InterruptedException {
		run(argument);
	}

	private void run(long argument) throws InterruptedException {
		this.started.incrementAndGet();
		if (argument == STAY) {
			new CountDownLatch(1).await();
		}
		if (argument == FAIL) {
			throw new IllegalStateException("As the argument says");
		}
	}

	long started() {
		return this.started.get();
	}

}
