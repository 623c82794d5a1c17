package io.jobqueue.sample;

/**
 * What a payment provider answers. A refusal is an answer, too: to ask again would not
 * change it.
 */
enum Payment {

	BOOKED, DECLINED

}
