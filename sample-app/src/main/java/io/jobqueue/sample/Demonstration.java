package io.jobqueue.sample;

import java.io.IOException;
import java.io.InputStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/**
 * Imports the order file of the sample at start, unless an earlier start did.
 */
@Component
@ConditionalOnBooleanProperty(name = "sample.import-at-start", matchIfMissing = true)
class Demonstration implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(Demonstration.class);

	private final Orders orders;

	private final DemonstrationSummary summary;

	private final Resource file;

	Demonstration(Orders orders, DemonstrationSummary summary, SampleProperties properties) {
		this.orders = orders;
		this.summary = summary;
		this.file = properties.orderFile();
	}

	@Override
	public void run(ApplicationArguments args) throws IOException {
		try (InputStream content = this.file.getInputStream()) {
			Receipt receipt = this.orders.placeAll(OrderFile.read(content));
			if (receipt.orders() > 0) {
				logger.info("Imported {} orders with {} jobs from {}", receipt.orders(), receipt.jobs(),
						this.file.getFilename());
			}
			if (receipt.alreadyImported() > 0) {
				logger.info("Skipped {} orders of {}, which were imported before", receipt.alreadyImported(),
						this.file.getFilename());
			}
		}
		this.summary.begin();
	}

}
