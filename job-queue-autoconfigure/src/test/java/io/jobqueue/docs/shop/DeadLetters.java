package io.jobqueue.docs.shop;

import java.util.List;

import org.springframework.stereotype.Service;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;

@Service
class DeadLetters {

	private static final JobFilter FAILED = JobFilter.in(JobState.FAILED).queue("billing");

	private final JobAdmin admin;

	DeadLetters(JobAdmin admin) {
		this.admin = admin;
	}

	List<JobRecord> latest() {
		return this.admin.find(FAILED, null, 50);
	}

	int retryAll() {
		return this.admin.retryAll(FAILED);
	}

}
