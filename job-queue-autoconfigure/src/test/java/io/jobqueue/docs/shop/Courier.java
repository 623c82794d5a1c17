package io.jobqueue.docs.shop;

import java.time.Duration;
import java.util.List;

interface Courier {

	boolean isOpen();

	List<String> parcels(long orderId);

	void ship(String parcel) throws BusyException;

	@SuppressWarnings("serial")
	final class BusyException extends Exception {

		Duration retryAfter() {
			return Duration.ofSeconds(30);
		}

	}

}
