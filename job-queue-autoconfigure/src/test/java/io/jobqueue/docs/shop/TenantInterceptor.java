package io.jobqueue.docs.shop;

import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import io.jobqueue.JobContext;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;

@Component
@Order(1)
class TenantInterceptor implements JobInterceptor {

	@Override
	public void beforeEnqueue(OutgoingJob job) {
		if (Tenant.current() != null) {
			job.header("tenant", Tenant.current());
		}
	}

	@Override
	public void aroundAttempt(JobContext job, Attempt attempt) {
		Tenant.use(job.headers().get("tenant"));
		try {
			attempt.proceed();
		}
		finally {
			Tenant.leave();
		}
	}

}
