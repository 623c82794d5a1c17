package io.jobqueue.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * A store, and whether it can be used as the application is.
 *
 * @param type which store
 * @param isDetected whether it is chosen without being named if it is the only one
 * @param obstacle why it cannot be used, as a clause; {@code null} if it can
 * @param remedy what to do about the obstacle, as an imperative clause
 */
record JobStoreCandidate(JobStoreType type, boolean isDetected, @Nullable String obstacle, @Nullable String remedy) {

	static final String POSTGRES_DRIVER = "org.postgresql.PGConnection";

	static final String SPRING_BOOT_JDBC = "org.springframework.boot.jdbc.DataSourceBuilder";

	static final String SPRING_JDBC = "org.springframework.jdbc.datasource.DataSourceUtils";

	static final String SPRING_DATA_REDIS = "org.springframework.data.redis.connection.RedisConnectionFactory";

	static final String LETTUCE = "io.lettuce.core.RedisClient";

	/**
	 * Return all stores, as this application could use them.
	 */
	static List<JobStoreCandidate> all(@Nullable ListableBeanFactory beans, @Nullable ClassLoader classLoader) {
		return List.of(postgres(beans, classLoader), redis(beans, classLoader), usable(JobStoreType.MEMORY, false));
	}

	static JobStoreCandidate usable(JobStoreType type, boolean isDetected) {
		return new JobStoreCandidate(type, isDetected, null, null);
	}

	private static JobStoreCandidate postgres(@Nullable ListableBeanFactory beans, @Nullable ClassLoader classLoader) {
		if (!ClassUtils.isPresent(SPRING_BOOT_JDBC, classLoader) || !ClassUtils.isPresent(SPRING_JDBC, classLoader)) {
			return postgres("Spring's JDBC support is not on the class path", "add spring-boot-starter-jdbc");
		}
		if (!ClassUtils.isPresent(POSTGRES_DRIVER, classLoader)) {
			return postgres("the PostgreSQL driver is not on the class path", "add org.postgresql:postgresql");
		}
		if (beans == null || BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class, true,
				false).length == 0) {
			return postgres("there is no DataSource bean", "set spring.datasource.url, or define a DataSource bean");
		}
		return usable(JobStoreType.POSTGRES, true);
	}

	private static JobStoreCandidate postgres(String obstacle, String remedy) {
		return new JobStoreCandidate(JobStoreType.POSTGRES, true, obstacle, remedy);
	}

	private static JobStoreCandidate redis(@Nullable ListableBeanFactory beans, @Nullable ClassLoader classLoader) {
		if (!ClassUtils.isPresent(SPRING_DATA_REDIS, classLoader) || !ClassUtils.isPresent(LETTUCE, classLoader)) {
			return redis("Spring Data Redis and Lettuce are not on the class path");
		}
		Class<?> factory = ClassUtils.resolveClassName(SPRING_DATA_REDIS, classLoader);
		if (beans == null
				|| BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, factory, true, false).length == 0) {
			return redis("there is no RedisConnectionFactory bean");
		}
		return usable(JobStoreType.REDIS, true);
	}

	private static JobStoreCandidate redis(String obstacle) {
		return new JobStoreCandidate(JobStoreType.REDIS, true, obstacle, "add spring-boot-starter-data-redis");
	}

	boolean isUsable() {
		return this.obstacle == null;
	}

}
