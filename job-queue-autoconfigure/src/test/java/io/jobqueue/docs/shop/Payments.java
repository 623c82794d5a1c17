package io.jobqueue.docs.shop;

import java.io.IOException;

interface Payments {

	void collect(long orderId) throws IOException;

	void refund(long orderId) throws IOException;

	void remind(long orderId) throws IOException;

	@SuppressWarnings("serial")
	final class UnknownOrderException extends RuntimeException {

	}

}
