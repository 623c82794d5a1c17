package io.jobqueue.test.chaos;

import java.lang.reflect.Type;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;

import io.jobqueue.JobContext;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;

/**
 * What the workers run. Each run but that of a brief one is written into the ledger
 * before it begins and after it has ended, on a connection of its own: whatever happens
 * to the transaction of the job, the ledger keeps it.
 */
final class ChaosHandlers {

	private static final String BEGIN = "insert into ledger_run (job_id, job_key, node) values (?, ?, ?) returning id";

	private static final String END = "update ledger_run set finished = clock_timestamp(), outcome = ? where id = ? returning id";

	private static final String HOLD = "update ledger_run set outcome = 'held' where id = ? returning id";

	private static final String IS_OPEN = """
			select count(*) from ledger_run r join ledger_gate g on g.job_key = r.job_key and g.node = r.node
			where r.id = ?""";

	private static final String EFFECT = "insert into ledger_effect (job_key, node) values (?, ?)";

	private static final long BRIEF_MILLIS = 5;

	private static final long GATE_MILLIS = 10;

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	private final String node;

	private final AtomicLong brief = new AtomicLong();

	ChaosHandlers(DataSource dataSource, String node) {
		this.dataSource = dataSource;
		this.jdbc = new JdbcTemplate(dataSource);
		this.node = node;
	}

	long brief() {
		return this.brief.get();
	}

	void register(JobHandlerRegistry registry, boolean isTransactional) {
		for (JobKind kind : JobKind.all(isTransactional)) {
			TransactionDefinition transaction = kind.isTransactional() ? TransactionDefinition.withDefaults() : null;
			registry.register(new JobHandler(kind.handler(), ChaosSettings.QUEUE, 0, null, null, null,
					List.<Type>of(long.class), transaction, null, (arguments, context) -> {
						run(kind, (Long) arguments[0], context);
						return null;
					}));
		}
		registry.complete();
	}

	private void run(JobKind kind, long key, JobContext context) throws Exception {
		if (kind == JobKind.BRIEF) {
			TimeUnit.MILLISECONDS.sleep(BRIEF_MILLIS);
			this.brief.incrementAndGet();
			return;
		}
		long run = begin(context.id().value(), key);
		try {
			work(kind, key, run, context);
		}
		catch (InterruptedException ex) {
			end(run, "interrupted");
			throw ex;
		}
		catch (Exception ex) {
			end(run, "failed");
			throw ex;
		}
		end(run, "ok");
	}

	private void work(JobKind kind, long key, long run, JobContext context) throws Exception {
		if (kind.isTransactional()) {
			this.jdbc.update(EFFECT, key, this.node);
		}
		switch (kind) {
			case FLAKY, TRANSACTIONAL_FLAKY -> {
				if (context.attempt() <= key % 3) {
					throw new IllegalStateException("Not yet");
				}
			}
			case DOOMED -> throw new IllegalStateException("Never");
			case SLOW, TRANSACTIONAL_SLOW -> TimeUnit.MILLISECONDS.sleep(1000 + key % 2500);
			case LIMITED -> TimeUnit.MILLISECONDS.sleep(40);
			case PROBE -> TimeUnit.MILLISECONDS.sleep(300);
			case STUBBORN, TRANSACTIONAL_STUBBORN ->
				sleepThroughInterrupts(System.nanoTime() + TimeUnit.SECONDS.toNanos(3));
			case HELD, TRANSACTIONAL_HELD -> hold(run, true);
			case WAITING -> hold(run, false);
			case POISON_HALT -> Runtime.getRuntime().halt(3);
			case POISON_EXIT -> System.exit(4);
			default -> {
			}
		}
	}

	private static void sleepThroughInterrupts(long deadline) {
		boolean isInterrupted = false;
		for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
			try {
				TimeUnit.NANOSECONDS.sleep(left);
			}
			catch (InterruptedException ex) {
				isInterrupted = true;
			}
		}
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void hold(long run, boolean isStubborn) throws Exception {
		execute(HOLD, run);
		boolean isInterrupted = false;
		while (execute(IS_OPEN, run) == 0) {
			try {
				TimeUnit.MILLISECONDS.sleep(GATE_MILLIS);
			}
			catch (InterruptedException ex) {
				if (!isStubborn) {
					throw ex;
				}
				isInterrupted = true;
			}
		}
		if (isInterrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private long begin(long job, long key) throws SQLException {
		return execute(BEGIN, job, key, this.node);
	}

	private void end(long run, String outcome) throws SQLException {
		execute(END, outcome, run);
	}

	/**
	 * Execute a statement that returns one number, past the transaction of the job.
	 */
	private long execute(String sql, Object... parameters) throws SQLException {
		// The pool does not hand out connections to interrupted threads.
		boolean isInterrupted = Thread.interrupted();
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setObject(i + 1, parameters[i]);
			}
			try (ResultSet number = statement.executeQuery()) {
				number.next();
				return number.getLong(1);
			}
		}
		finally {
			if (isInterrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
