package io.jobqueue.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Opens connections outside of the application's pool, to where and as whom the pool
 * opens its own. The job queue keeps a few open for good, which a pool is not made for:
 * it would have fewer for the application, and an application that exhausts it would stop
 * the job queue.
 * <p>
 * Everything is read from the pool anew for each connection, because a password may
 * change.
 */
final class OwnConnections extends AbstractDataSource {

	private static final Log logger = LogFactory.getLog(OwnConnections.class);

	private static final String WHO_AND_WHERE = "select current_user || ' ' || current_database()";

	private static final boolean HIKARI_PRESENT = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			OwnConnections.class.getClassLoader());

	private final DataSource pool;

	private OwnConnections(DataSource pool) {
		this.pool = pool;
	}

	/**
	 * Return what opens connections outside of a pool, or the pool itself if that cannot
	 * be done.
	 * @param pool the pool, whose database has to answer
	 */
	static DataSource outside(DataSource pool) {
		OwnConnections own = new OwnConnections(pool);
		String obstacle = own.obstacle();
		if (obstacle == null) {
			return own;
		}
		logger.info("The job queue cannot open connections outside of the pool (" + obstacle
				+ "), so it keeps up to four connections of the pool for itself. Make the pool large enough");
		return pool;
	}

	private @Nullable String obstacle() {
		try {
			String own = whoAndWhere(this);
			return own.equals(whoAndWhere(this.pool)) ? null : "they would be for " + own;
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("No connection outside of the pool", ex);
			return String.valueOf(ex.getMessage());
		}
	}

	private static String whoAndWhere(DataSource source) throws SQLException {
		try (Connection connection = source.getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(WHO_AND_WHERE)) {
			row.next();
			return row.getString(1);
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		return HIKARI_PRESENT ? Hikari.open(this.pool) : derive(this.pool).getConnection();
	}

	@Override
	public Connection getConnection(String username, String password) {
		throw new UnsupportedOperationException("The credentials are those of the pool");
	}

	private static SimpleDriverDataSource derive(DataSource source) {
		SimpleDriverDataSource derived = DataSourceBuilder.derivedFrom(DataSourceUnwrapper.unwrapRoot(source))
			.type(SimpleDriverDataSource.class)
			.build();
		Assert.state(derived.getUrl() != null, () -> source.getClass().getName() + " tells no JDBC URL");
		return derived;
	}

	/**
	 * What only HikariCP has: properties for the driver, changing credentials, and a
	 * statement that prepares a connection.
	 */
	private static final class Hikari {

		private Hikari() {
		}

		static Connection open(DataSource pool) throws SQLException {
			HikariDataSource hikari = DataSourceUnwrapper.unwrap(pool, HikariConfigMXBean.class,
					HikariDataSource.class);
			return (hikari != null) ? open(hikari) : derive(pool).getConnection();
		}

		private static Connection open(HikariDataSource hikari) throws SQLException {
			Connection connection = connect(hikari);
			try {
				prepare(connection, hikari.getConnectionInitSql());
				return connection;
			}
			catch (SQLException | RuntimeException ex) {
				connection.close();
				throw ex;
			}
		}

		private static Connection connect(HikariDataSource hikari) throws SQLException {
			Credentials credentials = (hikari.getCredentialsProvider() != null)
					? hikari.getCredentialsProvider().getCredentials() : hikari.getCredentials();
			DataSource source = hikari.getDataSource();
			if (source != null) {
				return (credentials.getUsername() != null)
						? source.getConnection(credentials.getUsername(), credentials.getPassword())
						: source.getConnection();
			}
			SimpleDriverDataSource derived = derive(hikari);
			Properties properties = new Properties();
			properties.putAll(hikari.getDataSourceProperties());
			derived.setConnectionProperties(properties);
			derived.setUsername(credentials.getUsername());
			derived.setPassword(credentials.getPassword());
			return derived.getConnection();
		}

		private static void prepare(Connection connection, @Nullable String sql) throws SQLException {
			if (sql != null) {
				try (Statement statement = connection.createStatement()) {
					statement.execute(sql);
				}
			}
		}

	}

}
