package io.jobqueue.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.UserCredentialsDataSourceAdapter;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OwnConnectionsIntegrationTests {

	private static final PostgresServer server = PostgresServer.get();

	private final HikariDataSource pool = new HikariDataSource();

	@AfterEach
	void closePool() {
		this.pool.close();
	}

	@Test
	void areOpenedOutsideOfThePool() throws Exception {
		this.pool.setJdbcUrl(server.url());
		this.pool.setMaximumPoolSize(1);
		DataSource own = OwnConnections.outside(this.pool);
		try (Connection first = own.getConnection(); Connection second = own.getConnection()) {
			assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
			assertThat(ask(first, "select pg_backend_pid()")).isNotEqualTo(ask(second, "select pg_backend_pid()"));
		}
	}

	@Test
	void urlAndDriverPropertiesAndInitialStatementAreThoseOfThePool() throws Exception {
		String role = server.newSchema();
		server.execute("create role " + role);
		this.pool.setJdbcUrl(server.url() + "&currentSchema=elsewhere");
		this.pool.addDataSourceProperty("ApplicationName", "shop");
		this.pool.setConnectionInitSql("set role " + role);
		this.pool.setSchema("anywhere");
		this.pool.setAutoCommit(false);
		try (Connection own = OwnConnections.outside(this.pool).getConnection()) {
			assertThat(own).isNotInstanceOf(ProxyConnection.class);
			assertThat(ask(own, "show search_path")).isEqualTo("elsewhere");
			assertThat(ask(own, "show application_name")).isEqualTo("shop");
			assertThat(ask(own, "select current_user")).isEqualTo(role);
		}
	}

	@Test
	void passwordThatChangesIsUsed() throws Exception {
		String user = server.newSchema();
		server.execute("create role " + user + " login password 'first'");
		this.pool.setJdbcUrl(withoutUser());
		this.pool.setUsername(user);
		this.pool.setPassword("first");
		DataSource own = OwnConnections.outside(this.pool);
		this.pool.getHikariConfigMXBean().setPassword("second");
		server.execute("alter role " + user + " password 'second'");
		try (Connection connection = own.getConnection()) {
			assertThat(ask(connection, "select current_user")).isEqualTo(user);
		}
	}

	@Test
	void dataSourceOfThePoolIsAsked() throws Exception {
		this.pool.setDataSource(server.dataSource());
		try (Connection own = OwnConnections.outside(this.pool).getConnection()) {
			assertThat(own.getClass().getName()).startsWith("org.postgresql.");
		}
	}

	@Test
	void proxiesAreLookedThrough() throws Exception {
		this.pool.setJdbcUrl(server.url());
		for (DataSource proxy : new DataSource[] { new LazyConnectionDataSourceProxy(this.pool),
				new TransactionAwareDataSourceProxy(new LazyConnectionDataSourceProxy(this.pool)) }) {
			DataSource own = OwnConnections.outside(proxy);
			assertThat(own).isInstanceOf(OwnConnections.class);
			try (Connection connection = own.getConnection()) {
				assertThat(connection.getClass().getName()).startsWith("org.postgresql.");
			}
		}
	}

	@Test
	void plainDataSourceIsDerived() throws Exception {
		for (DataSource plain : new DataSource[] { server.dataSource(), new DelegatingDataSource(server.dataSource()),
				new DriverManagerDataSource(server.url()) }) {
			try (Connection own = OwnConnections.outside(plain).getConnection()) {
				assertThat(ask(own, "select 1")).isEqualTo("1");
			}
		}
	}

	@Test
	void poolItselfIsUsedWhenItCannotTellItsUrl(CapturedOutput output) {
		this.pool.setDataSourceClassName("org.postgresql.ds.PGSimpleDataSource");
		this.pool.addDataSourceProperty("url", server.url());
		assertThat(OwnConnections.outside(this.pool)).isSameAs(this.pool);
		assertThat(output).contains("The job queue cannot open connections outside of the pool (");
	}

	@Test
	void poolItselfIsUsedWhenItChoosesAmongOthers() {
		AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return "any";
			}

		};
		routing.setTargetDataSources(Map.of("any", server.dataSource()));
		routing.afterPropertiesSet();
		assertThat(OwnConnections.outside(routing)).isSameAs(routing);
	}

	@Test
	void poolItselfIsUsedWhenConnectionsOutsideWouldBelongToSomebodyElse(CapturedOutput output) {
		String user = server.newSchema();
		server.execute("create role " + user + " login password 'secret'");
		UserCredentialsDataSourceAdapter asUser = new UserCredentialsDataSourceAdapter();
		asUser.setTargetDataSource(server.dataSource());
		asUser.setUsername(user);
		asUser.setPassword("secret");
		assertThat(OwnConnections.outside(asUser)).isSameAs(asUser);
		assertThat(output).contains("they would be for ");
	}

	private static String withoutUser() {
		return server.url().replaceAll("[?].*", "");
	}

	private static String ask(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

}
