package io.jobqueue.sample.database;

import java.io.IOException;
import java.nio.file.Path;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * Starts a PostgreSQL of its own and points the data source to it. Connection details go
 * before {@code spring.datasource.*}, and what depends on them, the pool, is closed
 * before the server.
 */
@Configuration(proxyBeanMethods = false)
@Profile("!postgres")
class EmbeddedDatabaseConfiguration {

	@Bean(destroyMethod = "close")
	EmbeddedPostgres embeddedPostgres(@Value("${sample.data-dir}") String directory) throws IOException {
		return new DataDirectory(Path.of(directory)).start();
	}

	@Bean
	JdbcConnectionDetails embeddedPostgresConnectionDetails(EmbeddedPostgres server) {
		return new EmbeddedConnectionDetails(server.getJdbcUrl("postgres", "postgres"));
	}

	/**
	 * How to reach the server. It trusts everybody on this machine, as it is made for
	 * demonstrations only.
	 */
	private static final class EmbeddedConnectionDetails implements JdbcConnectionDetails {

		private final String url;

		EmbeddedConnectionDetails(String url) {
			this.url = url;
		}

		@Override
		public String getJdbcUrl() {
			return this.url;
		}

		@Override
		public String getUsername() {
			return "postgres";
		}

		@Override
		public String getPassword() {
			return "";
		}

	}

}
