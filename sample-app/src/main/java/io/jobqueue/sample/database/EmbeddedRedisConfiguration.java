package io.jobqueue.sample.database;

import java.io.IOException;
import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/**
 * With the profile {@code redis}, unless the URL of a server is given, starts a Redis of
 * its own and points Spring Data Redis to it. What depends on the connection details is
 * closed before the server.
 */
@Configuration(proxyBeanMethods = false)
@Profile("redis")
@ConditionalOnExpression("environment.getProperty('spring.data.redis.url') == null")
class EmbeddedRedisConfiguration {

	@Bean
	EmbeddedRedis embeddedRedis(@Value("${sample.data-dir}") String directory)
			throws IOException, InterruptedException {
		return EmbeddedRedis.start(Path.of(directory));
	}

	@Bean
	DataRedisConnectionDetails embeddedRedisConnectionDetails(EmbeddedRedis server) {
		return new EmbeddedConnectionDetails(server.port());
	}

	/**
	 * How to reach the server.
	 */
	private record EmbeddedConnectionDetails(int port) implements DataRedisConnectionDetails {

		@Override
		public Standalone getStandalone() {
			return Standalone.of(EmbeddedRedis.HOST, this.port);
		}

	}

}
