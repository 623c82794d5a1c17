package io.jobqueue.docs.shop;

import io.jobqueue.JobId;

interface Invoices {

	Invoice create(long orderId, JobId job);

}
