package io.jobqueue.sample;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * Settings of the sample.
 *
 * @param importAtStart whether to import the order file at start
 * @param orderFile the order file
 * @param mailLatency how long a mail server takes for a mail
 * @param figuresDelay how long after the last file of orders its figures are written
 */
@ConfigurationProperties("sample")
record SampleProperties(@DefaultValue("true") boolean importAtStart,
		@DefaultValue("classpath:orders.csv") Resource orderFile, @DefaultValue("50ms") Duration mailLatency,
		@DefaultValue("2s") Duration figuresDelay) {
}
