package io.jobqueue.autoconfigure;

import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.util.ClassUtils;

import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.store.redis.RedisJobStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shape of auto-configurations, and the files that name things which the compiler
 * does not check.
 */
class AutoConfigurationFilesTests {

	private static final String IMPORTS = "/META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

	@Test
	void importsAreSortedAndComplete() throws Exception {
		assertThat(imports()).isSorted()
			.hasSize(5)
			.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name, null)).isTrue());
	}

	@Test
	void autoConfigurationsArePublicAndFinalWithoutPublicMembers() throws Exception {
		for (String name : imports()) {
			Class<?> type = ClassUtils.forName(name, null);
			assertThat(type).isPublic().isFinal().hasAnnotation(AutoConfiguration.class);
			assertThat(
					Stream.of(type.getDeclaredMethods()).filter((method) -> Modifier.isPublic(method.getModifiers())))
				.as(name)
				.isEmpty();
			assertThat(type.getDeclaredConstructors()).as(name)
				.noneMatch((Constructor<?> constructor) -> Modifier.isPublic(constructor.getModifiers()));
		}
	}

	@Test
	void postProcessorIsDeclaredByAStaticMethod() {
		assertThat(Stream.of(JobQueueAutoConfiguration.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals("jobAnnotationBeanPostProcessor"))).singleElement()
			.matches((Method method) -> Modifier.isStatic(method.getModifiers()));
	}

	// Modules and packages of Spring Boot move between minor releases.
	@Test
	void autoConfigurationsThatAreNamedExist() throws Exception {
		List<String> named = new ArrayList<>();
		for (String name : imports()) {
			AutoConfiguration annotation = ClassUtils.forName(name, null).getAnnotation(AutoConfiguration.class);
			named.addAll(List.of(annotation.afterName()));
		}
		assertThat(named).hasSize(9)
			.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name, null)).as(name).isTrue());
	}

	@Test
	void classesThatAreNamedExist() {
		assertThat(List.of(JobStoreCandidate.POSTGRES_DRIVER, JobStoreCandidate.SPRING_BOOT_JDBC,
				JobStoreCandidate.SPRING_JDBC, JobStoreCandidate.SPRING_DATA_REDIS, JobStoreCandidate.LETTUCE))
			.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name, null)).as(name).isTrue());
	}

	@Test
	void scriptsOfTheSchemaGoIntoNativeImages() {
		RuntimeHints hints = new RuntimeHints();
		new PostgresRuntimeHints().registerHints(hints, null);
		String script = "io/jobqueue/store/postgres/migration/V1__create_job_queue.sql";
		assertThat(PostgresSchema.class.getClassLoader().getResource(script)).isNotNull();
		assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(hints);
	}

	@Test
	void scriptsOfTheStoreOnRedisGoIntoNativeImages() {
		RuntimeHints hints = new RuntimeHints();
		new RedisRuntimeHints().registerHints(hints, null);
		String script = "io/jobqueue/store/redis/exchange.lua";
		assertThat(RedisJobStore.class.getClassLoader().getResource(script)).isNotNull();
		assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(hints);
	}

	private static List<String> imports() throws Exception {
		try (InputStream stream = AutoConfigurationFilesTests.class.getResourceAsStream(IMPORTS)) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.startsWith("#"))
				.toList();
		}
	}

}
