package io.jobqueue.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Stands for the mail servers of the customers: takes its time, and keeps what it accepts
 * in a table, outside of any transaction of the sender. Two kinds of addresses make
 * trouble, the same each time:
 * <ul>
 * <li>{@code ...@greylisting.example} refuses the first two attempts,</li>
 * <li>{@code ....invalid} refuses all of them.</li>
 * </ul>
 */
@Component
class MailServer {

	private static final Logger logger = LoggerFactory.getLogger(MailServer.class);

	private static final String ACCEPT = "insert into mail (order_id, recipient, subject) values (?, ?, ?)";

	private final JdbcClient jdbc;

	private final SampleProperties properties;

	MailServer(JdbcClient jdbc, SampleProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	void send(Order order, String subject, int attempt) throws InterruptedException {
		Thread.sleep(this.properties.mailLatency().toMillis());
		if (order.email().endsWith(".invalid")) {
			throw new MailRefusedException("550 No such mailbox");
		}
		if (order.email().endsWith("@greylisting.example") && attempt <= 2) {
			throw new MailRefusedException("451 Greylisted, try again later");
		}
		this.jdbc.sql(ACCEPT).params(order.id(), order.email(), subject).update();
		logger.debug("Mail for order {}: {}", order.id(), subject);
	}

}
