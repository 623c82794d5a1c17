package io.jobqueue.test.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.worker.JobWorker;

/**
 * One worker in a process of its own. Arguments: the name of the node, the port of its
 * proxy, the schema, and the settings. It ends with the process that has started it.
 */
final class WorkerMain {

	static final String RATE = "chaos-rate";

	private WorkerMain() {
	}

	public static void main(String[] arguments) throws IOException {
		quiet();
		String node = arguments[0];
		int port = Integer.parseInt(arguments[1]);
		String schema = arguments[2];
		ChaosSettings settings = ChaosSettings.of(List.of(arguments).subList(3, arguments.length));
		String url = ChaosServer.url(port, "chaos-worker-" + node) + "&currentSchema=" + schema;
		PGSimpleDataSource own = new PGSimpleDataSource();
		own.setUrl(url);
		HikariDataSource pool = pool(url, settings.concurrency());
		PostgresJobStore store = new PostgresJobStore(pool, own, new JdbcTransactionManager(pool),
				PostgresOptions.DEFAULT.withSchema(schema));
		JobHandlerRegistry registry = new JobHandlerRegistry();
		ChaosHandlers handlers = new ChaosHandlers(pool, node);
		handlers.register(registry);
		ExecutorService threads = Executors.newCachedThreadPool();
		JobWorker worker = new JobWorker(store, registry, new JacksonJobSerializer(JsonMapper.shared()),
				settings.options(node), threads, new JobEvents(List.of()), Clock.systemUTC(), true);
		Runtime.getRuntime().addShutdownHook(new Thread(worker::stop));
		if (settings.lingers()) {
			Runtime.getRuntime().addShutdownHook(new Thread(LockSupport::park));
		}
		worker.start();
		reportRate(handlers, System.out);
		// The other end is closed when the parent ends, however that happens.
		System.in.transferTo(PrintStream.nullOutputStream());
		Runtime.getRuntime().halt(0);
	}

	// Its own time-outs are those that a careful application sets.
	private static HikariDataSource pool(String url, int concurrency) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url + "&connectTimeout=5&loginTimeout=5&socketTimeout=20");
		pool.setMaximumPoolSize(2 * concurrency + 2);
		pool.setMinimumIdle(2);
		pool.setConnectionTimeout(5000);
		pool.setInitializationFailTimeout(-1);
		// Otherwise the pool asks its first connection, and is of no use if that breaks
		// meanwhile.
		pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
		return pool;
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
