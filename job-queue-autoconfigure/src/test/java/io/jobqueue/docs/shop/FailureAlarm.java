package io.jobqueue.docs.shop;

import org.springframework.stereotype.Component;

import io.jobqueue.event.JobEvent;
import io.jobqueue.event.JobListener;

@Component
class FailureAlarm implements JobListener {

	private final Mail mail;

	FailureAlarm(Mail mail) {
		this.mail = mail;
	}

	@Override
	public void onJobEvent(JobEvent event) {
		if (event.type() == JobEvent.Type.FAILED) {
			this.mail.send("on-call@shop.example", "Job " + event.id() + " of " + event.handler() + " failed for good");
		}
	}

}
