package io.jobqueue.annotation;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * A bean with {@link Job @Job} methods.
 *
 * @param name the name of the bean
 * @param type its class, without proxies
 * @param instance what was seen when the bean was created, or {@code null} if it does not
 * exist yet
 */
record JobBean(String name, Class<?> type, @Nullable Object instance) {

	/**
	 * Return the class of a bean by its definition, without creating the bean.
	 * @param name the name of the bean
	 * @param beans where the bean is
	 * @return the class without proxies, or {@code null} if the definition does not tell
	 */
	static @Nullable Class<?> typeOf(String name, ConfigurableListableBeanFactory beans) {
		try {
			Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
			if (type != null && ScopedObject.class.isAssignableFrom(type)) {
				type = AutoProxyUtils.determineTargetClass(beans, ScopedProxyUtils.getTargetBeanName(name));
			}
			return (type != null) ? ClassUtils.getUserClass(type) : null;
		}
		catch (Throwable ex) {
			// A lazy bean with a class that cannot be loaded must not prevent the start.
			LogFactory.getLog(JobBean.class).debug("Could not find out the class of bean '" + name + "'", ex);
			return null;
		}
	}

	/**
	 * Return the one object behind this bean, if there is just one and it exists.
	 * @param beans where the bean is
	 * @return the object with all its proxies, or {@code null} if the bean is not created
	 * yet or not a singleton
	 */
	@Nullable Object singleton(ConfigurableListableBeanFactory beans) {
		if (this.instance == null) {
			return null;
		}
		if (this.instance instanceof FactoryBean || !beans.containsBean(this.name)) {
			return this.instance;
		}
		// Not what was seen: another post-processor may have wrapped it since.
		return beans.isSingleton(this.name) ? beans.getBean(this.name) : null;
	}

}
