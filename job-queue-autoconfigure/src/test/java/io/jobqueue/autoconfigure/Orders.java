package io.jobqueue.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobContext;
import io.jobqueue.JobId;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;

/**
 * A small application: orders that are placed in transactions, and jobs for them.
 */
class Orders {

	private final JobTemplate jobs;

	private final JdbcTemplate jdbc;

	private final String table;

	private final TransactionTemplate nested;

	Orders(JobTemplate jobs, JdbcTemplate jdbc, String table, PlatformTransactionManager transactions) {
		this.jobs = jobs;
		this.jdbc = jdbc;
		this.table = table;
		this.nested = new TransactionTemplate(transactions);
		this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		new TransactionTemplate(transactions).executeWithoutResult((status) -> {
			jdbc.execute("create schema if not exists " + schema());
			jdbc.execute("create table if not exists " + table + " (name text)");
		});
	}

	private String schema() {
		return this.table.substring(0, this.table.indexOf('.'));
	}

	@Transactional
	JobId place(String order) {
		write("placed " + order);
		return this.jobs.enqueue(OrderJobs::confirm, order);
	}

	@Transactional
	void placeAndFail(String order) {
		place(order);
		throw new IllegalStateException("as intended");
	}

	@Transactional
	JobId placeWithLostExtra(String order) {
		this.nested.executeWithoutResult((status) -> {
			this.jobs.enqueue(OrderJobs::confirm, order + " extra");
			status.setRollbackOnly();
		});
		return this.jobs.enqueue(OrderJobs::confirm, order);
	}

	JobId invoice(String order) {
		return this.jobs.enqueue(OrderJobs::invoice, order);
	}

	void write(String name) {
		this.jdbc.update("insert into " + this.table + " values (?)", name);
	}

	/**
	 * Let a statement fail, which ends the transaction for PostgreSQL, and tell nobody.
	 */
	private void failQuietly() {
		try {
			this.jdbc.execute("select 1 / 0");
		}
		catch (DataAccessException ex) {
			// As intended.
		}
	}

	List<String> written() {
		return this.jdbc.queryForList("select name from " + this.table + " order by name", String.class);
	}

	/**
	 * Return the transaction that wrote a row.
	 */
	String transactionOf(String name) {
		return this.jdbc.queryForObject("select xmin::text from " + this.table + " where name = ?", String.class, name);
	}

	/**
	 * The jobs.
	 */
	static class OrderJobs {

		final List<String> confirmed = new CopyOnWriteArrayList<>();

		final Set<String> broken = ConcurrentHashMap.newKeySet();

		private final Orders orders;

		private final JobTemplate jobs;

		OrderJobs(Orders orders, JobTemplate jobs) {
			this.orders = orders;
			this.jobs = jobs;
		}

		@Job("order.confirm")
		void confirm(String order) {
			this.confirmed.add(order);
		}

		@Job(name = "order.invoice", queue = "billing", maxAttempts = 3, retryDelay = "10ms")
		@Transactional
		public String invoice(String order, JobContext job) {
			this.orders.write("invoice " + order);
			this.jobs.enqueue(OrderJobs::confirm, "invoice " + order + " " + job.attempt());
			if (this.broken.contains(order)) {
				throw new IllegalStateException("as intended");
			}
			return "invoiced " + order;
		}

		@Job(name = "order.careless", maxAttempts = 2, retryDelay = "10ms")
		@Transactional
		public void careless(String order, JobContext job) {
			this.orders.write("careless " + order);
			if (job.attempt() == 1) {
				this.orders.failQuietly();
			}
		}

	}

	/**
	 * The beans.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Orders orders(JobTemplate jobs, JdbcTemplate jdbc, @Value("${test.table}") String table,
				PlatformTransactionManager transactions) {
			return new Orders(jobs, jdbc, table, transactions);
		}

		@Bean
		OrderJobs orderJobs(Orders orders, JobTemplate jobs) {
			return new OrderJobs(orders, jobs);
		}

	}

}
