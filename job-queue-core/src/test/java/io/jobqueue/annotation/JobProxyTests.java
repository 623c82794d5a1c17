package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.InvalidJobHandlerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for handlers of beans that are behind proxies.
 */
class JobProxyTests {

	@Test
	void adviceOfClassProxyAppliesToMethodsThatItIntercepts() throws Throwable {
		try (JobsApplication application = JobsApplication.with(ClassProxies.class, CglibJobs.class)) {
			assertThat(AopUtils.isCglibProxy(application.bean(CglibJobs.class))).isTrue();
			RecordingTransactionManager transactions = application.bean(RecordingTransactionManager.class);
			for (String name : List.of("public", "protected", "package")) {
				int before = transactions.committed;
				assertThat(application.invoke(name)).as(name).isEqualTo("injected, in transaction");
				assertThat(transactions.committed).as(name).isEqualTo(before + 1);
			}
		}
	}

	@Test
	void transactionalHandlerJoinsTransactionOfItsWorker() throws Throwable {
		try (JobsApplication application = JobsApplication.with(ClassProxies.class, CglibJobs.class)) {
			RecordingTransactionManager transactions = application.bean(RecordingTransactionManager.class);
			TransactionDefinition definition = application.handler("package").transaction();
			TransactionStatus status = transactions.getTransaction(definition);
			assertThat(application.invoke("package")).isEqualTo("injected, in transaction");
			assertThat(transactions.committed).isZero();
			transactions.commit(status);
			assertThat(transactions.begun).isEqualTo(1);
			assertThat(transactions.committed).isEqualTo(1);
			assertThat(application.handler("final").transaction()).isNull();
		}
	}

	@Test
	void methodsThatClassProxyCannotInterceptRunOnTarget() throws Throwable {
		try (JobsApplication application = JobsApplication.with(ClassProxies.class, CglibJobs.class)) {
			assertThat(application.invoke("private")).isEqualTo("injected, plain");
			assertThat(application.invoke("final")).isEqualTo("injected, plain");
		}
	}

	@Test
	void exceptionPassesThroughProxyUnchanged() {
		try (JobsApplication application = JobsApplication.with(ClassProxies.class, CglibJobs.class)) {
			Exception failure = new Exception("checked");
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> application.invoke("fail", failure))
				.isSameAs(failure);
		}
	}

	@Test
	void genericHandlerOfProxyIsCalledWithItsAdvice() throws Throwable {
		try (JobsApplication application = JobsApplication.with(ClassProxies.class, GenericJobs.class)) {
			assertThat(application.argumentTypes("generic")).containsExactly(String.class);
			assertThat(application.invoke("generic", "x")).isEqualTo("x true");
		}
	}

	@Test
	void privateTransactionalMethodOfProxyIsRejected() {
		assertThatExceptionOfType(InvalidJobHandlerException.class)
			.isThrownBy(() -> JobsApplication.with(ClassProxies.class, PrivateTransactional.class))
			.withMessage("@Job method " + PrivateTransactional.class.getName() + ".handle needs the advice of its bean,"
					+ " but a proxy cannot intercept it, because it is private or final. Make the method package-private or"
					+ " protected, and not final");
	}

	@Test
	void privateTransactionalMethodWithoutProxyIsCalled() throws Throwable {
		try (JobsApplication application = JobsApplication.with(PrivateTransactional.class)) {
			assertThat(application.invoke("private.transactional")).isEqualTo("called");
		}
	}

	@Test
	void interfaceMethodOfJdkProxyIsCalledWithItsAdvice() throws Throwable {
		try (JobsApplication application = JobsApplication.with(InterfaceProxies.class, ApiJobs.class)) {
			assertThat(AopUtils.isJdkDynamicProxy(application.bean(Api.class))).isTrue();
			assertThat(application.invoke("annotated.class", "x")).isEqualTo("x true");
			assertThat(application.invoke("annotated.interface", "x")).isEqualTo("x true");
			assertThat(application.invoke("annotated.generic", 7)).isEqualTo("7 true");
			Method method = application.handler("annotated.generic").method();
			assertThat(method).isEqualTo(ApiJobs.class.getDeclaredMethod("generic", Integer.class));
		}
	}

	@Test
	void lazyBeanBehindJdkProxyIsCalledByTheInterfaceThatItsDefinitionNames() throws Throwable {
		try (JobsApplication application = JobsApplication.with(InterfaceProxies.class, LazyApi.class)) {
			assertThat(application.invoke("annotated.interface", "x")).isEqualTo("x true");
		}
	}

	@Test
	void privateMethodOfScopedBeanRunsOnTargetOfTheScope() throws Throwable {
		try (JobsApplication application = JobsApplication.with(Map.of(),
				(context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()),
				ClassProxies.class, ScopedJobs.class)) {
			assertThat(application.invoke("scoped.private")).isEqualTo("injected, plain");
		}
	}

	@Test
	void methodWithoutInterfaceBehindJdkProxyIsRejectedWithBothRemedies() {
		assertThatExceptionOfType(InvalidJobHandlerException.class)
			.isThrownBy(() -> JobsApplication.with(InterfaceProxies.class, HiddenJobs.class))
			.withMessage("@Job method " + HiddenJobs.class.getName()
					+ ".hidden cannot be reached, because its bean is behind"
					+ " a JDK proxy and no interface of the bean declares the method. Either declare it in an interface of"
					+ " the bean, or have the class proxied (spring.aop.proxy-target-class=true, or proxyTargetClass ="
					+ " true at the @Enable annotation)");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class ClassProxies {

		@Bean
		RecordingTransactionManager transactionManager() {
			return new RecordingTransactionManager();
		}

		@Bean
		StringBuilder injected() {
			return new StringBuilder("injected");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = false)
	static class InterfaceProxies {

		@Bean
		RecordingTransactionManager transactionManager() {
			return new RecordingTransactionManager();
		}

	}

	static class CglibJobs {

		@Autowired
		private StringBuilder injected;

		private String report() {
			return this.injected + (isInTransaction() ? ", in transaction" : ", plain");
		}

		@Job("public")
		@Transactional
		public String ofPublic() {
			return report();
		}

		@Job("protected")
		@Transactional
		protected String ofProtected() {
			return report();
		}

		@Job("package")
		@Transactional
		String ofPackage() {
			return report();
		}

		@Job("private")
		private String ofPrivate() {
			return report();
		}

		@Job("final")
		final String ofFinal() {
			return report();
		}

		@Job("fail")
		@Transactional
		void fail(Exception failure) throws Exception {
			throw failure;
		}

	}

	static class PrivateTransactional {

		@Job("private.transactional")
		@Transactional
		private String handle() {
			return "called";
		}

		@Transactional
		public void other() {
		}

	}

	abstract static class Base<T> {

		@Job("generic")
		abstract String handle(T value);

	}

	static class GenericJobs extends Base<String> {

		@Override
		@Transactional
		String handle(String value) {
			return value + " " + isInTransaction();
		}

	}

	interface Api<T> {

		String call(String text);

		@Job("annotated.interface")
		String annotated(String text);

		String generic(T value);

	}

	@Transactional
	static class ApiJobs implements Api<Integer> {

		@Override
		@Job("annotated.class")
		public String call(String text) {
			return text + " " + isInTransaction();
		}

		@Override
		public String annotated(String text) {
			return text + " " + isInTransaction();
		}

		@Override
		@Job("annotated.generic")
		public String generic(Integer value) {
			return value + " " + isInTransaction();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyApi {

		@Bean
		@Lazy
		Api<Integer> lazyApi() {
			return new ApiJobs();
		}

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class ScopedJobs {

		@Autowired
		private StringBuilder injected;

		@Job("scoped.private")
		private String ofPrivate() {
			return this.injected + ", plain";
		}

	}

	@Transactional
	static class HiddenJobs implements Runnable {

		@Override
		public void run() {
		}

		@Job("hidden")
		public void hidden() {
		}

	}

	private static boolean isInTransaction() {
		return TransactionSynchronizationManager.isActualTransactionActive();
	}

}
