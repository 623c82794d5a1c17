package io.jobqueue.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The server that keeps the jobs.
 */
final class StoreRedis {

	private StoreRedis() {
	}

	static LettuceConnectionFactory of(ObjectProvider<RedisConnectionFactory> qualified,
			ObjectProvider<RedisConnectionFactory> factories) {
		RedisConnectionFactory chosen = qualified.getIfAvailable();
		RedisConnectionFactory factory = (chosen != null) ? chosen : factories.getIfUnique();
		if (factory == null) {
			throw new JobStoreSetupException(
					"The application has several RedisConnectionFactory beans, and none of them is primary or qualified to"
							+ " keep the jobs",
					"Annotate the one that keeps the jobs with @JobQueueRedisConnectionFactory, or make one of them"
							+ " @Primary");
		}
		if (factory instanceof LettuceConnectionFactory lettuce) {
			return lettuce;
		}
		throw new JobStoreSetupException(
				"The RedisConnectionFactory that is to keep the jobs is a " + factory.getClass().getSimpleName()
						+ ", and this store needs Lettuce",
				"Set spring.data.redis.client-type=lettuce, or define a LettuceConnectionFactory and annotate it with"
						+ " @JobQueueRedisConnectionFactory");
	}

}
