package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.util.StringUtils;

/**
 * Finds transactional handlers by {@code @Transactional}, on methods of any visibility,
 * on classes, and as a meta-annotation, in the way that Spring itself does.
 * <p>
 * A handler whose transaction cannot include the completion of its job, because the store
 * has none to join, another transaction manager is in charge, or the propagation leaves
 * the worker's transaction, is reported once with a warning, since its author probably
 * expects more than is guaranteed. A read-only handler needs no common commit and is not
 * reported.
 *
 * @since 0.1.0
 */
public final class AnnotationJobTransactions implements JobTransactions {

	private static final Log logger = LogFactory.getLog(AnnotationJobTransactions.class);

	private final ConfigurableBeanFactory beans;

	private final Supplier<? extends @Nullable PlatformTransactionManager> storeTransactionManager;

	private final AnnotationTransactionAttributeSource attributes = new AnnotationTransactionAttributeSource(false);

	/**
	 * Create the strategy.
	 * @param beans where the transaction managers are
	 * @param storeTransactionManager supplies the transaction manager whose transactions
	 * the store can join, or {@code null} if it can join none; asked after the beans have
	 * been created
	 */
	public AnnotationJobTransactions(ConfigurableBeanFactory beans,
			Supplier<? extends @Nullable PlatformTransactionManager> storeTransactionManager) {
		this.beans = beans;
		this.storeTransactionManager = storeTransactionManager;
		this.attributes.setEmbeddedValueResolver(new EmbeddedValueResolver(beans));
	}

	@Override
	public @Nullable TransactionDefinition transactionOf(Method method, Class<?> targetClass) {
		TransactionAttribute attribute = this.attributes.getTransactionAttribute(method, targetClass);
		if (attribute == null || attribute.isReadOnly()) {
			// A read-only transaction around the handler would refuse the completion,
			// which is a write.
			return null;
		}
		String obstacle = obstacle(attribute, targetClass);
		if (obstacle != null) {
			logger.warn("@Job method " + JobMethods.describe(method) + " is @Transactional, but " + obstacle
					+ ": its writes and its completion are not committed together; the handler can take effect more than once");
			return null;
		}
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setIsolationLevel(attribute.getIsolationLevel());
		definition.setTimeout(attribute.getTimeout());
		definition.setName(JobMethods.describe(method));
		return definition;
	}

	private @Nullable String obstacle(TransactionAttribute attribute, Class<?> targetClass) {
		PlatformTransactionManager store = this.storeTransactionManager.get();
		if (store == null) {
			return "the job store has no transactions that it could join";
		}
		switch (attribute.getPropagationBehavior()) {
			case TransactionDefinition.PROPAGATION_REQUIRES_NEW:
				return "its propagation REQUIRES_NEW opens a transaction of its own";
			case TransactionDefinition.PROPAGATION_NOT_SUPPORTED:
				return "its propagation NOT_SUPPORTED excludes a transaction";
			case TransactionDefinition.PROPAGATION_NEVER:
				return "its propagation NEVER excludes a transaction";
			default:
				return (transactionManagerOf(attribute, targetClass) != store)
						? "its transaction manager is not the one of the job store" : null;
		}
	}

	private @Nullable TransactionManager transactionManagerOf(TransactionAttribute attribute, Class<?> targetClass) {
		try {
			String qualifier = attribute.getQualifier();
			if (StringUtils.hasText(qualifier)) {
				return qualified(qualifier);
			}
			TransactionManager ofClass = qualifiedByClass(targetClass);
			if (ofClass != null) {
				return ofClass;
			}
			TransactionManagementConfigurer configurer = this.beans
				.getBeanProvider(TransactionManagementConfigurer.class)
				.getIfUnique();
			return (configurer != null) ? configurer.annotationDrivenTransactionManager()
					: this.beans.getBean(TransactionManager.class);
		}
		catch (BeansException ex) {
			logger.debug("No transaction manager for " + attribute, ex);
			return null;
		}
	}

	private @Nullable TransactionManager qualifiedByClass(Class<?> targetClass) {
		String qualifier = BeanFactoryAnnotationUtils.getQualifierValue(targetClass);
		try {
			return StringUtils.hasText(qualifier) ? qualified(qualifier) : null;
		}
		catch (NoSuchBeanDefinitionException ex) {
			// The qualifier is the bean's own, it names no transaction manager.
			return null;
		}
	}

	private TransactionManager qualified(String qualifier) {
		return BeanFactoryAnnotationUtils.qualifiedBeanOfType(this.beans, TransactionManager.class, qualifier);
	}

}
