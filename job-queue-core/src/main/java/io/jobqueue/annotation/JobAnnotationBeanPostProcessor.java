package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.Assert;

import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.retry.Backoff;

/**
 * Finds {@link Job @Job} methods and registers them as handlers.
 * <p>
 * While beans are created it only remembers which of them have such methods, and asks for
 * no other bean. When all singletons are there it checks the methods, registers them, and
 * declares the registry complete, before any worker starts. Beans that do not exist by
 * then, because they are lazy or of another scope, are found by their definitions, and
 * created by the first job. Beans that are defined later, or whose definition does not
 * tell their class, are found when they are created.
 * <p>
 * Declare it by a static {@code @Bean} method. Thread-safe.
 *
 * @since 0.1.0
 */
public final class JobAnnotationBeanPostProcessor implements BeanPostProcessor, SmartInitializingSingleton, Ordered {

	private static final Log logger = LogFactory.getLog(JobAnnotationBeanPostProcessor.class);

	private final ConfigurableListableBeanFactory beans;

	private final Supplier<JobHandlerRegistry> registry;

	private final JobHandlerFactory handlers;

	private final Set<Class<?>> typesWithoutJobs = ConcurrentHashMap.newKeySet();

	private final Set<String> namesOfFound = ConcurrentHashMap.newKeySet();

	// Guarded by itself, as is the next field.
	private final List<JobBean> found = new ArrayList<>();

	private boolean areSingletonsReady;

	/**
	 * Create a post-processor.
	 * @param beans where the beans are
	 * @param registry supplies the registry; asked after the beans have been created
	 * @param defaultBackoff supplies the configured delays between attempts, which a
	 * handler can replace in part; asked after the beans have been created
	 * @param transactions decides which handlers are transactional, or {@code null} for
	 * none of them
	 */
	public JobAnnotationBeanPostProcessor(ConfigurableListableBeanFactory beans, Supplier<JobHandlerRegistry> registry,
			Supplier<Backoff> defaultBackoff, @Nullable JobTransactions transactions) {
		Assert.notNull(beans, "'beans' must not be null");
		Assert.notNull(registry, "'registry' must not be null");
		Assert.notNull(defaultBackoff, "'defaultBackoff' must not be null");
		this.beans = beans;
		this.registry = registry;
		this.handlers = new JobHandlerFactory(beans, defaultBackoff, transactions);
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof AopInfrastructureBean) && !ScopedProxyUtils.isScopedTarget(beanName)) {
			Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
			if (hasJobs(type) && this.namesOfFound.add(beanName)) {
				add(new JobBean(beanName, type, bean));
			}
		}
		return bean;
	}

	private void add(JobBean bean) {
		synchronized (this.found) {
			if (!this.areSingletonsReady) {
				this.found.add(bean);
				return;
			}
		}
		register(bean);
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<JobBean> created;
		synchronized (this.found) {
			this.areSingletonsReady = true;
			created = List.copyOf(this.found);
			this.found.clear();
		}
		created.forEach(this::register);
		registerNotCreated();
		this.registry.get().complete();
	}

	private void registerNotCreated() {
		for (String name : this.beans.getBeanNamesForType(Object.class)) {
			if (!ScopedProxyUtils.isScopedTarget(name) && !this.namesOfFound.contains(name)) {
				Class<?> type = JobBean.typeOf(name, this.beans);
				if (type != null && hasJobs(type) && this.namesOfFound.add(name)) {
					register(new JobBean(name, type, null));
				}
			}
		}
	}

	private boolean hasJobs(Class<?> type) {
		if (this.typesWithoutJobs.contains(type)) {
			return false;
		}
		if (AnnotationUtils.isCandidateClass(type, Job.class) && !jobMethods(type).isEmpty()) {
			return true;
		}
		this.typesWithoutJobs.add(type);
		return false;
	}

	private static Map<Method, Job> jobMethods(Class<?> type) {
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<@Nullable Job>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, Job.class));
	}

	private void register(JobBean bean) {
		jobMethods(bean.type()).forEach((method, job) -> {
			JobHandler handler = this.handlers.create(bean, method, job);
			Recurrence recurrence = this.handlers.recurrence(handler, method, job);
			this.registry.get().register(handler);
			if (recurrence != null) {
				this.registry.get().recur(handler, recurrence);
			}
			logger.debug("Registered " + handler);
		});
	}

}
