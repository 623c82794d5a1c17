package io.jobqueue.test.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.workflow.WorkflowRunner;

/**
 * One worker in a process of its own. Arguments: the name of the node, the port of its
 * proxy, the address of the jobs, and the settings. It ends with the process that has
 * started it.
 */
final class WorkerMain {

	static final String RATE = "chaos-rate";

	static final String APPLICATION = "chaos-worker-";

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private WorkerMain() {
	}

	public static void main(String[] arguments) throws IOException {
		quiet();
		String node = arguments[0];
		int port = Integer.parseInt(arguments[1]);
		StoreClient.Address address = StoreClient.Address.of(List.of(arguments).subList(2, 5));
		ChaosSettings settings = ChaosSettings.of(List.of(arguments).subList(5, arguments.length));
		StoreClient client = StoreClient.open(address, port, APPLICATION + node, 2 * settings.concurrency() + 2,
				PATIENCE);
		JobHandlerRegistry registry = new JobHandlerRegistry();
		ChaosHandlers handlers = new ChaosHandlers(client.dataSource(), node);
		handlers.register(registry, address.isTransactional());
		ExecutorService threads = Executors.newCachedThreadPool();
		JobWorker worker = new JobWorker(client.store(), registry, new JacksonJobSerializer(JsonMapper.shared()),
				settings.options(node), threads, new JobEvents(List.of()), Clock.systemUTC(), true);
		Runtime.getRuntime().addShutdownHook(new Thread(worker::stop));
		if (settings.lingers()) {
			Runtime.getRuntime().addShutdownHook(new Thread(LockSupport::park));
		}
		worker.start();
		new WorkflowRunner(client.store(), List.of(), ChaosSettings.WORKFLOWS, Duration.ofDays(7), true).start();
		reportRate(handlers, System.out);
		// The other end is closed when the parent ends, however that happens.
		System.in.transferTo(PrintStream.nullOutputStream());
		Runtime.getRuntime().halt(0);
	}

	private static void quiet() {
		((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
		// Failing handlers are what this is about, their stack traces are not.
		((Logger) LoggerFactory.getLogger("io.jobqueue.worker.JobProcessor")).setLevel(Level.OFF);
	}

	private static void reportRate(ChaosHandlers handlers, PrintStream out) {
		Executors.newSingleThreadScheduledExecutor().scheduleAtFixedRate(() -> {
			if (handlers.brief() > 0) {
				out.println(RATE + " " + System.currentTimeMillis() + " " + handlers.brief());
			}
		}, 100, 100, TimeUnit.MILLISECONDS);
	}

}
