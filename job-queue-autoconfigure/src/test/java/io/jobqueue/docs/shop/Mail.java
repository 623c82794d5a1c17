package io.jobqueue.docs.shop;

interface Mail {

	void send(String recipient, String subject);

}
