package io.jobqueue.store.postgres;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.AbstractDataSource;

import io.jobqueue.JobStoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Connector}.
 */
class ConnectorTests {

	private static final Duration TIMEOUT = Duration.ofMillis(50);

	/** Never over, as long as somebody answers. */
	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private final CountDownLatch answer = new CountDownLatch(1);

	private final CountDownLatch closed = new CountDownLatch(1);

	@Test
	void serverThatAcceptsButNeverAnswersIsGivenUp() {
		Connector connector = new Connector(source(() -> this.answer.await()), TIMEOUT);
		assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> connector.open(TIMEOUT))
			.withMessageContaining("did not answer");
	}

	@Test
	void connectionThatComesTooLateIsClosed() throws InterruptedException {
		Connector connector = new Connector(source(() -> this.answer.await()), TIMEOUT);
		assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> connector.open(TIMEOUT));
		this.answer.countDown();
		assertThat(this.closed.await(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void failureOfTheDriverIsPassedOn() {
		SQLException failure = new SQLException("refused");
		Connector connector = new Connector(source(() -> {
			throw failure;
		}), PATIENCE);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connector.open(PATIENCE)).isSameAs(failure);
	}

	@Test
	void ownConnectionIsFreeAgainAfterAServerDidNotAnswer() {
		OwnConnection connection = new OwnConnection(new Connector(source(() -> this.answer.await()), TIMEOUT), "test",
				TIMEOUT);
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(JobStoreException.class).isThrownBy(() -> connection.call((open) -> "done"));
		}
	}

	private DataSource source(Step step) {
		return new AbstractDataSource() {

			@Override
			public Connection getConnection() throws SQLException {
				try {
					step.run();
				}
				catch (InterruptedException ex) {
					throw new SQLException(ex);
				}
				return connection();
			}

			@Override
			public Connection getConnection(String username, String password) {
				throw new UnsupportedOperationException();
			}

		};
	}

	private Connection connection() {
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("close")) {
						this.closed.countDown();
					}
					return null;
				});
	}

	/**
	 * What happens while a connection is being opened.
	 */
	private interface Step {

		void run() throws SQLException, InterruptedException;

	}

}
