package io.jobqueue.benchmarks.engine.jobqueue;

import java.util.HashMap;
import java.util.Map;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.server.Store;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with the starter whose worker is busy, with many jobs of all kinds.
 */
public final class FilledQueue implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final Contents contents;

	FilledQueue(Store store, String url, EngineSettings settings, long waiting) {
		this.context = new SpringApplicationBuilder(ShopApplication.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(properties(store, url, settings))
			.run();
		try {
			this.contents = new Filler(this.context, waiting).fill();
		}
		catch (RuntimeException ex) {
			this.context.close();
			throw ex;
		}
	}

	private static Map<String, Object> properties(Store store, String url, EngineSettings settings) {
		Map<String, Object> properties = new HashMap<>(JobQueueSession.properties(store, url, settings));
		// Some jobs are meant to fail.
		properties.put("logging.level.io.jobqueue", "off");
		properties.put("job-queue.worker.queues", String.join(",", ShopJobs.QUEUES));
		properties.put("job-queue.worker.shutdown-timeout", "10ms");
		return properties;
	}

	/**
	 * Ask.
	 * @param read the question
	 * @return the answer
	 */
	public Object ask(Read read) {
		return read.question().apply(this.contents);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
