package io.jobqueue.annotation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A {@link Job @Job} method as it can be called on one class of bean: on the bean itself,
 * through its proxy where the proxy has the method, or on the target behind the proxy.
 */
final class InvocableMethod {

	private final Class<?> beanClass;

	private final Method method;

	private final boolean isOnTarget;

	private InvocableMethod(Class<?> beanClass, Method method, boolean isOnTarget) {
		ReflectionUtils.makeAccessible(method);
		this.beanClass = beanClass;
		this.method = method;
		this.isOnTarget = isOnTarget;
	}

	static InvocableMethod of(Method method, Object bean) {
		Class<?> beanClass = bean.getClass();
		if (AopUtils.isJdkDynamicProxy(bean)) {
			return new InvocableMethod(beanClass, interfaceMethod(method, bean), false);
		}
		if (!AopUtils.isCglibProxy(bean) || isIntercepted(method, beanClass)) {
			return new InvocableMethod(beanClass, method, false);
		}
		if (AnnotatedElementUtils.hasAnnotation(method, Transactional.class) || !(bean instanceof Advised)) {
			throw JobMethods.invalid(method,
					"needs the advice of its bean, but a proxy cannot intercept it, because it is private or final",
					"Make the method package-private or protected, and not final");
		}
		return new InvocableMethod(beanClass, method, true);
	}

	private static Method interfaceMethod(Method method, Object proxy) {
		Class<?> targetClass = AopUtils.getTargetClass(proxy);
		return Arrays.stream(ClassUtils.getAllInterfaces(proxy))
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((candidate) -> candidate.getName().equals(method.getName()) && (candidate.equals(method)
					|| BridgeMethodResolver.getMostSpecificMethod(candidate, targetClass).equals(method)))
			.findFirst()
			.orElseThrow(() -> JobMethods.invalid(method,
					"cannot be reached, because its bean is behind a JDK proxy and no interface of the bean declares the method",
					"Either declare it in an interface of the bean, or have the class proxied"
							+ " (spring.aop.proxy-target-class=true, or proxyTargetClass = true at the @Enable annotation)"));
	}

	// A CGLIB proxy has every method that it can intercept; a method that it has not
	// would run on the empty proxy.
	private static boolean isIntercepted(Method method, Class<?> proxyClass) {
		try {
			proxyClass.getDeclaredMethod(method.getName(), method.getParameterTypes());
			return true;
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

	boolean fits(Object bean) {
		return bean.getClass() == this.beanClass;
	}

	@Nullable Object invoke(Object bean, @Nullable Object[] arguments) throws Throwable {
		try {
			return this.method.invoke(this.isOnTarget ? target(bean) : bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	// Asks the target source, because a scoped bean has another target each time.
	private static Object target(Object proxy) throws Exception {
		Object current = proxy;
		while (current instanceof Advised advised) {
			Object target = advised.getTargetSource().getTarget();
			if (target == null) {
				return current;
			}
			current = target;
		}
		return current;
	}

}
