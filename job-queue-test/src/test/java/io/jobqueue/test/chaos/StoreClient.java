package io.jobqueue.test.chaos;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;

/**
 * The store as a worker or a producer has it, and the database of its business, set up as
 * a careful application would do.
 */
final class StoreClient implements AutoCloseable {

	static final String POSTGRES = "postgres";

	static final String REDIS = "redis";

	/** What the documentation recommends. */
	private static final Duration RECONNECT_DELAY = Duration.ofMillis(500);

	private final JobStore store;

	private final HikariDataSource pool;

	private final JdbcTransactionManager transactionManager;

	private final Runnable close;

	private StoreClient(JobStore store, HikariDataSource pool, JdbcTransactionManager transactionManager,
			Runnable close) {
		this.store = store;
		this.pool = pool;
		this.transactionManager = transactionManager;
		this.close = close;
	}

	/**
	 * Connect.
	 * @param address where the jobs are
	 * @param port the port of the server, or of a proxy
	 * @param application by what name to introduce itself
	 * @param connections how many connections to the database of the business at most
	 * @param patience how long to wait for one of these
	 */
	static StoreClient open(Address address, int port, String application, int connections, Duration patience) {
		return address.store.equals(REDIS) ? redis(address, port, application, connections, patience)
				: postgres(address, port, application, connections, patience);
	}

	private static StoreClient postgres(Address address, int port, String application, int connections,
			Duration patience) {
		String url = PostgresChaosServer.url(port, application) + "&currentSchema=" + address.name;
		PGSimpleDataSource own = new PGSimpleDataSource();
		own.setUrl(url);
		HikariDataSource pool = pool(url, connections, patience);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(pool);
		PostgresJobStore store = new PostgresJobStore(pool, own, transactionManager,
				PostgresOptions.DEFAULT.withSchema(address.name));
		return new StoreClient(store, pool, transactionManager, store::close);
	}

	private static StoreClient redis(Address address, int port, String application, int connections,
			Duration patience) {
		HikariDataSource pool = pool(address.ledgerUrl, connections, patience);
		ClientResources resources = ClientResources.builder().reconnectDelay(Delay.constant(RECONNECT_DELAY)).build();
		LettuceConnectionFactory factory = factory(port, application, resources);
		RedisJobStore store = new RedisJobStore(factory, RedisOptions.DEFAULT.withKeyPrefix(address.name));
		return new StoreClient(store, pool, new JdbcTransactionManager(pool), () -> {
			store.close();
			factory.destroy();
			resources.shutdown();
		});
	}

	static LettuceConnectionFactory factory(int port, String application, ClientResources resources) {
		LettuceClientConfiguration.LettuceClientConfigurationBuilder client = LettuceClientConfiguration.builder()
			.clientName(application);
		if (resources != null) {
			client.clientResources(resources);
		}
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", port), client.build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	private static HikariDataSource pool(String url, int connections, Duration patience) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url + "&connectTimeout=5&loginTimeout=5&socketTimeout=20");
		pool.setMaximumPoolSize(connections);
		pool.setMinimumIdle(2);
		pool.setConnectionTimeout(patience.toMillis());
		pool.setInitializationFailTimeout(-1);
		// Otherwise the pool asks its first connection, and is of no use if that breaks
		// meanwhile.
		pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
		return pool;
	}

	JobStore store() {
		return this.store;
	}

	DataSource dataSource() {
		return this.pool;
	}

	JdbcTransactionManager transactionManager() {
		return this.transactionManager;
	}

	@Override
	public void close() {
		this.close.run();
		this.pool.close();
	}

	/**
	 * Where jobs are.
	 *
	 * @param store which store
	 * @param name the schema, or the prefix of the keys
	 * @param ledgerUrl the database of the business, if it is not that of the jobs
	 */
	record Address(String store, String name, String ledgerUrl) {

		boolean isTransactional() {
			return this.store.equals(POSTGRES);
		}

		List<String> toArguments() {
			return List.of(this.store, this.name, this.ledgerUrl);
		}

		static Address of(List<String> arguments) {
			return new Address(arguments.get(0), arguments.get(1), arguments.get(2));
		}

	}

}
