package io.jobqueue.docs.shop;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.jobqueue.event.JobEvent;

@Component
class Dashboard {

	private final AtomicLong confirmations = new AtomicLong();

	@EventListener(condition = "#event.handler == 'order.confirm'")
	void onJobEvent(JobEvent event) {
		if (event.type() == JobEvent.Type.SUCCEEDED) {
			this.confirmations.incrementAndGet();
		}
	}

	long confirmations() {
		return this.confirmations.get();
	}

}
