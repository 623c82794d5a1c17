package io.jobqueue.autoconfigure;

import java.time.Clock;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.transaction.PlatformTransactionManager;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.memory.MemoryJobStore;
import io.jobqueue.store.postgres.PostgresJobStore;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;

/**
 * The stores, to be imported in the order of this file.
 */
final class JobQueueStoreConfigurations {

	private JobQueueStoreConfigurations() {
	}

	/**
	 * PostgreSQL.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = { JobStoreCandidate.SPRING_BOOT_JDBC, JobStoreCandidate.SPRING_JDBC,
			JobStoreCandidate.POSTGRES_DRIVER })
	@ConditionalOnJobStore(JobStoreType.POSTGRES)
	@ConditionalOnMissingBean(JobStore.class)
	@ImportRuntimeHints(PostgresRuntimeHints.class)
	static class Postgres {

		@Bean
		@DependsOnDatabaseInitialization
		PostgresJobStore jobStore(@JobQueueDataSource ObjectProvider<DataSource> qualifiedDataSource,
				ObjectProvider<DataSource> dataSources,
				@JobQueueTransactionManager ObjectProvider<PlatformTransactionManager> qualifiedTransactionManager,
				ObjectProvider<PlatformTransactionManager> transactionManagers, JobQueueProperties properties) {
			PostgresOptions options = new OptionsFactory(properties).postgresOptions();
			StoreDatabase database = StoreDatabase.of(qualifiedDataSource, dataSources, qualifiedTransactionManager,
					transactionManagers);
			PostgresSchema schema = new PostgresSchema(database.dataSource(), options);
			switch (properties.getPostgres().getInitializeSchema()) {
				case ALWAYS -> schema.migrate();
				case NEVER -> schema.validate();
			}
			return new PostgresJobStore(database.dataSource(), OwnConnections.outside(database.dataSource()),
					database.transactionManager(), options);
		}

	}

	/**
	 * Redis.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = { JobStoreCandidate.SPRING_DATA_REDIS, JobStoreCandidate.LETTUCE })
	@ConditionalOnJobStore(JobStoreType.REDIS)
	@ConditionalOnMissingBean(JobStore.class)
	@ImportRuntimeHints(RedisRuntimeHints.class)
	static class Redis {

		@Bean
		RedisJobStore jobStore(@JobQueueRedisConnectionFactory ObjectProvider<RedisConnectionFactory> qualified,
				ObjectProvider<RedisConnectionFactory> factories, JobQueueProperties properties) {
			RedisOptions options = new OptionsFactory(properties).redisOptions();
			LettuceConnectionFactory connections = StoreRedis.of(qualified, factories);
			new RedisServerCheck(properties.getRedis().isDisposable()).check(connections);
			return new RedisJobStore(connections, options);
		}

	}

	/**
	 * Memory.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnJobStore(JobStoreType.MEMORY)
	@ConditionalOnMissingBean(JobStore.class)
	static class Memory {

		@Bean
		MemoryJobStore jobStore(JobQueueProperties properties) {
			return new MemoryJobStore(Clock.systemUTC(), new OptionsFactory(properties).retention());
		}

	}

	/**
	 * No store: says why when one is asked for.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(JobStore.class)
	static class None {

		@Bean
		JobStore jobStore(ApplicationContext context) {
			throw JobStoreSelection
				.of(OnJobStoreCondition.named(context.getEnvironment()),
						JobStoreCandidate.all(context, context.getClassLoader()))
				.failure();
		}

	}

}
