package io.jobqueue.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.handler.JobHandlerRegistry;

/**
 * Sends claimed jobs to the threads. Those of handlers that this node does not know go
 * back to the store, and are not claimed again by this node: a newer one will know them.
 */
final class JobDispatcher {

	private static final Log logger = LogFactory.getLog(JobDispatcher.class);

	private final JobHandlerRegistry handlers;

	private final Set<String> unknownHandlers = ConcurrentHashMap.newKeySet();

	JobDispatcher(JobHandlerRegistry handlers) {
		this.handlers = handlers;
	}

	Set<String> unknownHandlers() {
		return this.unknownHandlers;
	}

	/**
	 * Return the jobs that this node can run, after giving back the others.
	 */
	List<JobExecution> sort(List<JobExecution> claimed, Consumer<JobExecution> giveBack) {
		List<JobExecution> known = new ArrayList<>(claimed.size());
		for (JobExecution execution : claimed) {
			if (this.handlers.find(execution.name()) != null) {
				known.add(execution);
			}
			else {
				reportUnknown(execution);
				giveBack.accept(execution);
			}
		}
		return known;
	}

	private void reportUnknown(JobExecution execution) {
		if (this.unknownHandlers.add(execution.name())) {
			logger.warn("This node has no handler '" + execution.name() + "' and leaves its jobs in queue '"
					+ execution.queue() + "' for nodes that have; if none has, they wait for one. First seen: job "
					+ execution.id());
		}
	}

}
