package io.jobqueue.annotation;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.jobqueue.JobContext;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.retry.Backoff;

/**
 * A small application with handlers.
 */
final class JobsApplication implements AutoCloseable {

	static final Backoff CONFIGURED = new Backoff(Duration.ofSeconds(2), 3, Duration.ofMinutes(10), 0.1);

	private final AnnotationConfigApplicationContext context;

	private JobsApplication(AnnotationConfigApplicationContext context) {
		this.context = context;
	}

	static JobsApplication with(Class<?>... components) {
		return with(Map.of(), (context) -> {
		}, components);
	}

	static JobsApplication with(Map<String, String> properties, Consumer<AnnotationConfigApplicationContext> customizer,
			Class<?>... components) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		Properties values = new Properties();
		values.putAll(properties);
		context.getEnvironment().getPropertySources().addFirst(new PropertiesPropertySource("test", values));
		context.register(Infrastructure.class);
		if (components.length > 0) {
			context.register(components);
		}
		customizer.accept(context);
		try {
			context.refresh();
		}
		catch (RuntimeException ex) {
			context.close();
			throw ex;
		}
		return new JobsApplication(context);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	AnnotationConfigApplicationContext context() {
		return this.context;
	}

	JobHandlerRegistry registry() {
		return bean(JobHandlerRegistry.class);
	}

	JobHandler handler(String name) {
		JobHandler handler = registry().find(name);
		if (handler == null) {
			throw new AssertionError("No handler " + name + " in " + registry().all());
		}
		return handler;
	}

	Type[] argumentTypes(String name) {
		return handler(name).argumentTypes().toArray(Type[]::new);
	}

	@Nullable Object invoke(String name, @Nullable Object... arguments) throws Throwable {
		return handler(name).invoker().invoke(arguments, Mockito.mock(JobContext.class));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Infrastructure {

		@Bean
		static JobAnnotationBeanPostProcessor jobAnnotationBeanPostProcessor(ConfigurableListableBeanFactory beans) {
			return new JobAnnotationBeanPostProcessor(beans, () -> beans.getBean(JobHandlerRegistry.class),
					() -> CONFIGURED, new AnnotationJobTransactions(beans,
							() -> beans.getBeanProvider(PlatformTransactionManager.class).getIfAvailable()));
		}

		@Bean
		JobHandlerRegistry jobHandlerRegistry() {
			return new JobHandlerRegistry();
		}

	}

}
