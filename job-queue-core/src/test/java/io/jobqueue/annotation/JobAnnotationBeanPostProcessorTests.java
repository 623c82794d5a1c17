package io.jobqueue.annotation;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.annotation.AliasFor;

import io.jobqueue.JobContext;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.DelayList;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.retry.RetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link JobAnnotationBeanPostProcessor}: which handlers there are, with which
 * attributes and types, and how plain beans are called. {@link JobProxyTests} has those
 * behind proxies, {@link InvalidJobHandlerTests} has mistakes.
 */
class JobAnnotationBeanPostProcessorTests {

	@Test
	void handlerWithNameOnlyHasDefaults() {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class)) {
			JobHandler handler = application.handler("plain.default");
			assertThat(handler.queue()).isEqualTo("default");
			assertThat(handler.priority()).isZero();
			assertThat(handler.maxAttempts()).isNull();
			assertThat(handler.timeout()).isNull();
			assertThat(handler.retryPolicy()).isNull();
			assertThat(handler.transaction()).isNull();
			assertThat(handler.argumentTypes()).isEmpty();
			assertThat(handler.method()).isNotNull().extracting("name").isEqualTo("byDefault");
		}
	}

	@Test
	void attributesAreRead() {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class)) {
			JobHandler handler = application.handler("plain.all");
			assertThat(handler.queue()).isEqualTo("billing");
			assertThat(handler.priority()).isEqualTo(-7);
			assertThat(handler.maxAttempts()).isEqualTo(5);
			assertThat(handler.timeout()).isEqualTo(Duration.ofSeconds(90));
			assertThat(handler.deadline()).isEqualTo(Duration.ofMinutes(10));
			assertThat(handler.retryPolicy())
				.isEqualTo(new Backoff(Duration.ofMillis(500), 1.5, Duration.ofHours(2), 0));
		}
	}

	@Test
	void registryIsCompleteOnceSingletonsAreThere() {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class)) {
			assertThat(application.registry().isComplete()).isTrue();
			assertThat(application.registry().all()).hasSize(5);
		}
	}

	@Test
	void registryIsCompleteWithoutAnyHandler() {
		try (JobsApplication application = JobsApplication.with()) {
			assertThat(application.registry().isComplete()).isTrue();
			assertThat(application.registry().all()).isEmpty();
		}
	}

	@Test
	void methodsOfEveryVisibilityAreCalled() throws Throwable {
		try (JobsApplication application = JobsApplication.with(Visibilities.class)) {
			assertThat(application.invoke("public")).isEqualTo("public");
			assertThat(application.invoke("protected")).isEqualTo("protected");
			assertThat(application.invoke("package")).isEqualTo("package");
			assertThat(application.invoke("private")).isEqualTo("private");
		}
	}

	@Test
	void contextIsPassedWhereverItIsDeclared() throws Throwable {
		try (JobsApplication application = JobsApplication.with(Contexts.class)) {
			JobContext context = mock(JobContext.class);
			for (String name : List.of("first", "middle", "last")) {
				JobHandler handler = application.handler(name);
				assertThat(handler.argumentTypes()).as(name).containsExactly(String.class, int.class);
				assertThat(handler.invoker().invoke(new Object[] { "a", 1 }, context)).as(name)
					.isEqualTo(List.of("a", 1, context));
			}
			assertThat(application.handler("only").argumentTypes()).isEmpty();
			assertThat(application.handler("only").invoker().invoke(new Object[0], context)).isEqualTo(context);
		}
	}

	@Test
	void nullArgumentsAndVoidResultsWork() throws Throwable {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class)) {
			assertThat(application.invoke("plain.echo", new Object[] { null })).isNull();
			assertThat(application.invoke("plain.default")).isNull();
		}
	}

	@Test
	void anyThrowableOfHandlerPassesUnchanged() {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class)) {
			for (Throwable failure : List.of(new Exception("checked"), new StackOverflowError(),
					new InterruptedException(), new IllegalArgumentException(), new Throwable())) {
				assertThatExceptionOfType(Throwable.class).isThrownBy(() -> application.invoke("plain.throw", failure))
					.isSameAs(failure);
			}
		}
	}

	@Test
	void genericTypesAreKept() {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class)) {
			assertThat(application.argumentTypes("plain.generic"))
				.containsExactly(new ParameterizedTypeReference<List<Map<String, Order>>>() {
				}.getType());
		}
	}

	@Test
	void typeVariablesAreResolvedAgainstClassOfBean() throws Throwable {
		try (JobsApplication application = JobsApplication.with(OrderJobs.class)) {
			assertThat(application.argumentTypes("order.one")).containsExactly(Order.class);
			assertThat(application.argumentTypes("order.many")[0].getTypeName())
				.isEqualTo("java.util.Map<java.lang.String, java.util.List<" + Order.class.getTypeName() + ">>");
			assertThat(application.argumentTypes("order.array")).containsExactly(Order[].class);
			assertThat(application.argumentTypes("order.wildcard")[0].getTypeName())
				.contains(Order.class.getTypeName());
			assertThat(application.argumentTypes("order.nested")[0].getTypeName())
				.isEqualTo("java.util.List<java.lang.Integer>");
			assertThat(application.invoke("order.one", new Order("7"))).isEqualTo(new Order("7"));
		}
	}

	@Test
	void overriddenHandlerIsFoundOnceByAnnotationOfSuperclass() throws Throwable {
		try (JobsApplication application = JobsApplication.with(OrderJobs.class)) {
			assertThat(application.argumentTypes("order.overridden")).containsExactly(Order.class);
			assertThat(application.invoke("order.overridden", new Order("7"))).isEqualTo("overridden");
		}
	}

	@Test
	void placeholdersAndExpressionsAreResolved() {
		Map<String, String> properties = Map.of("my.name", "a.b", "my.queue", "c", "my.priority", "9", "my.timeout",
				"PT3S", "my.policy", "steady");
		try (JobsApplication application = JobsApplication.with(properties, (context) -> {
		}, PlaceholderJobs.class, Policies.class)) {
			JobHandler handler = application.handler("a.b");
			assertThat(handler.queue()).isEqualTo("c");
			assertThat(handler.priority()).isEqualTo(9);
			assertThat(handler.timeout()).isEqualTo(Duration.ofSeconds(3));
			assertThat(handler.retryPolicy()).isSameAs(application.bean(RetryPolicy.class));
			JobHandler defaults = application.handler("defaults");
			assertThat(defaults.timeout()).isEqualTo(Duration.ofMillis(5400_000));
			assertThat(defaults.queue()).isEqualTo("default");
			assertThat(defaults.priority()).isEqualTo(3);
		}
	}

	@Test
	void partsOfRetryReplaceTheConfiguredOnes() {
		try (JobsApplication application = JobsApplication.with(RetryJobs.class)) {
			Backoff configured = JobsApplication.CONFIGURED;
			assertThat(application.handler("delay").retryPolicy()).isEqualTo(new Backoff(Duration.ofSeconds(7),
					configured.multiplier(), configured.maxDelay(), configured.jitter()));
			assertThat(application.handler("jitter").retryPolicy())
				.isEqualTo(new Backoff(configured.delay(), configured.multiplier(), configured.maxDelay(), 1));
			assertThat(application.handler("long").retryPolicy()).isEqualTo(new Backoff(Duration.ofHours(5),
					configured.multiplier(), Duration.ofHours(5), configured.jitter()));
		}
	}

	@Test
	void listedDelaysHaveNoJitterUnlessTheySaySo() {
		try (JobsApplication application = JobsApplication.with(RetryJobs.class)) {
			assertThat(application.handler("list").retryPolicy())
				.isEqualTo(DelayList.of(Duration.ofSeconds(1), Duration.ofMinutes(1)));
			assertThat(application.handler("fixed").retryPolicy())
				.isEqualTo(new DelayList(List.of(Duration.ofSeconds(5)), 0.5));
		}
	}

	@Test
	void exceptionsAreRead() {
		try (JobsApplication application = JobsApplication.with(RetryJobs.class)) {
			assertThat(application.handler("rules").failureRules())
				.isEqualTo(new FailureRules(List.of(IOException.class, Error.class), List.of(RuntimeException.class)));
			assertThat(application.handler("list").failureRules()).isEqualTo(FailureRules.NONE);
		}
	}

	@Test
	void metaAnnotationCanOverrideAttributes() {
		try (JobsApplication application = JobsApplication.with(MetaJobs.class)) {
			assertThat(application.handler("meta").queue()).isEqualTo("mail");
			assertThat(application.handler("meta").maxAttempts()).isEqualTo(2);
		}
	}

	@Test
	void lazyBeanIsFoundAndCreatedByItsFirstJob() throws Throwable {
		LazyJobs.created.set(0);
		try (JobsApplication application = JobsApplication.with(LazyJobs.class)) {
			assertThat(application.argumentTypes("lazy")).containsExactly(String.class);
			assertThat(LazyJobs.created).hasValue(0);
			assertThat(application.invoke("lazy", "a")).isEqualTo("a1");
			assertThat(application.invoke("lazy", "b")).isEqualTo("b1");
		}
	}

	@Test
	void prototypeIsCreatedForEachJob() throws Throwable {
		PrototypeJobs.created.set(0);
		try (JobsApplication application = JobsApplication.with(PrototypeJobs.class)) {
			assertThat(application.invoke("prototype")).isEqualTo(1);
			assertThat(application.invoke("prototype")).isEqualTo(2);
			assertThat(application.registry().all()).hasSize(1);
		}
	}

	@Test
	void injectedPrototypeIsRegisteredOnce() throws Throwable {
		try (JobsApplication application = JobsApplication.with(PrototypeJobs.class, PrototypeUser.class)) {
			assertThat(application.registry().all()).hasSize(1);
			Object first = application.invoke("prototype");
			assertThat(application.invoke("prototype")).isNotEqualTo(first);
		}
	}

	@Test
	void scopedBeanIsRegisteredOnceAndCalledThroughItsScope() throws Throwable {
		try (JobsApplication application = JobsApplication.with(Map.of(),
				(context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()),
				ScopedJobs.class, ScopedUser.class)) {
			assertThat(application.registry().all()).hasSize(1);
			Object here = application.invoke("scoped");
			assertThat(application.invoke("scoped")).isEqualTo(here);
			List<@Nullable Object> there = new ArrayList<>();
			Thread thread = new Thread(() -> {
				try {
					there.add(application.invoke("scoped"));
				}
				catch (Throwable ex) {
					there.add(ex);
				}
			});
			thread.start();
			thread.join();
			assertThat(there).singleElement().isInstanceOf(Integer.class).isNotEqualTo(here);
		}
	}

	@Test
	void scopedBeanIsFoundWithoutAnybodyWhoInjectsIt() throws Throwable {
		try (JobsApplication application = JobsApplication.with(Map.of(),
				(context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()),
				ScopedJobs.class)) {
			assertThat(application.invoke("scoped")).isInstanceOf(Integer.class);
			assertThat(application.registry().all()).hasSize(1);
		}
	}

	@Test
	void beanOfBeanMethodFactoryBeanAndManualSingletonAreFound() throws Throwable {
		try (JobsApplication application = JobsApplication.with(Map.of(),
				(context) -> context.getBeanFactory().registerSingleton("manual", new Named("manual")),
				Factories.class)) {
			assertThat(application.invoke("interface")).isEqualTo("interface");
			assertThat(application.invoke("product")).isEqualTo("product");
			assertThat(application.invoke("manual")).isEqualTo("manual");
		}
	}

	@Test
	void beanOfLaterDefinitionIsRegisteredWhenItIsCreated() throws Throwable {
		try (JobsApplication application = JobsApplication.with()) {
			application.context().registerBean("late", PlainJobs.class);
			assertThat(application.registry().find("plain.default")).isNull();
			application.bean(PlainJobs.class);
			assertThat(application.invoke("plain.echo", "x")).isEqualTo("x");
		}
	}

	@Test
	void handlersAreNotRegisteredBeforeSingletonsAreThere() {
		try (JobsApplication application = JobsApplication.with(PlainJobs.class, Early.class)) {
			assertThat(application.bean(Early.class).seenInConstructor).isZero();
		}
	}

	@Test
	void configurationClassCanHaveHandlers() throws Throwable {
		try (JobsApplication application = JobsApplication.with(FullConfiguration.class)) {
			assertThat(application.invoke("configuration")).isEqualTo("text");
		}
	}

	record Order(String id) {
	}

	static class PlainJobs {

		@Job("plain.default")
		void byDefault() {
		}

		@Job(name = "plain.all", queue = "billing", priority = "-7", maxAttempts = 5, timeout = "1m30s",
				deadline = "10m", retryDelay = "500ms", retryMultiplier = "1.5", retryMaxDelay = "PT2H",
				retryJitter = "0")
		void all() {
		}

		@Job("plain.echo")
		@Nullable Object echo(@Nullable Object value) {
			return value;
		}

		@Job("plain.throw")
		void fail(Throwable failure) throws Throwable {
			throw failure;
		}

		@Job("plain.generic")
		void generic(List<Map<String, Order>> orders) {
		}

		void noJob() {
		}

	}

	static class Visibilities {

		@Job("public")
		public String ofPublic() {
			return "public";
		}

		@Job("protected")
		protected String ofProtected() {
			return "protected";
		}

		@Job("package")
		String ofPackage() {
			return "package";
		}

		@Job("private")
		private String ofPrivate() {
			return "private";
		}

	}

	static class Contexts {

		@Job("first")
		Object first(JobContext context, String text, int number) {
			return List.of(text, number, context);
		}

		@Job("middle")
		Object middle(String text, JobContext context, int number) {
			return List.of(text, number, context);
		}

		@Job("last")
		Object last(String text, int number, JobContext context) {
			return List.of(text, number, context);
		}

		@Job("only")
		Object only(JobContext context) {
			return context;
		}

	}

	abstract static class Jobs<T, N extends Number> {

		@Job("order.one")
		T one(T value) {
			return value;
		}

		@Job("order.many")
		void many(Map<String, List<T>> values) {
		}

		@Job("order.array")
		void array(T[] values) {
		}

		@Job("order.wildcard")
		void wildcard(List<? extends T> values) {
		}

		@Job("order.nested")
		void nested(List<N> values) {
		}

		@Job("order.overridden")
		String overridden(T value) {
			return "base";
		}

	}

	abstract static class MiddleJobs<S> extends Jobs<S, Integer> {

	}

	static class OrderJobs extends MiddleJobs<Order> {

		@Override
		String overridden(Order value) {
			return "overridden";
		}

	}

	static class PlaceholderJobs {

		@Job(name = "${my.name}", queue = "${my.queue}", priority = "${my.priority}", timeout = "${my.timeout}",
				retryPolicy = "${my.policy}")
		void resolved() {
		}

		@Job(name = "defaults", queue = "${no.queue:}", priority = "#{1 + 2}", timeout = "${no.timeout:1h30m}")
		void defaults() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Policies {

		@Bean
		RetryPolicy steady() {
			return (failedAttempts, failure) -> Duration.ofSeconds(1);
		}

	}

	static class RetryJobs {

		@Job(name = "delay", retryDelay = "7s")
		void delay() {
		}

		@Job(name = "jitter", retryJitter = "1")
		void jitter() {
		}

		@Job(name = "long", retryDelay = "5h")
		void longer() {
		}

		@Job(name = "list", retryDelays = { "1s", "${no.delay:1m}" })
		void list() {
		}

		@Job(name = "fixed", retryDelays = "5s", retryJitter = "0.5")
		void fixed() {
		}

		@Job(name = "rules", retryOn = { IOException.class, Error.class }, discardOn = RuntimeException.class)
		void rules() {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@Job(queue = "mail", maxAttempts = 2)
	@interface MailJob {

		@AliasFor(annotation = Job.class, attribute = "name")
		String value();

	}

	static class MetaJobs {

		@MailJob("meta")
		void meta() {
		}

	}

	@Lazy
	static class LazyJobs {

		static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@Job("lazy")
		String lazy(String text) {
			return text + this.number;
		}

	}

	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	static class PrototypeJobs {

		static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@Job("prototype")
		int number() {
			return this.number;
		}

	}

	static class PrototypeUser {

		@Autowired
		PrototypeJobs first;

		@Autowired
		PrototypeJobs second;

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class ScopedJobs {

		static final AtomicInteger created = new AtomicInteger();

		private final int number = created.incrementAndGet();

		@Job("scoped")
		int number() {
			return this.number;
		}

	}

	static class ScopedUser {

		@Autowired
		ScopedJobs jobs;

		@Autowired
		void use(ScopedJobs jobs) {
			jobs.number();
		}

	}

	interface Api {

	}

	static class ApiJobs implements Api {

		@Job("interface")
		String call() {
			return "interface";
		}

	}

	static class Named {

		private final String name;

		Named(String name) {
			this.name = name;
		}

		@Job("manual")
		String name() {
			return this.name;
		}

	}

	static class Product {

		@Job("product")
		String call() {
			return "product";
		}

	}

	static class ProductFactory implements FactoryBean<Product> {

		@Override
		public Product getObject() {
			return new Product();
		}

		@Override
		public Class<?> getObjectType() {
			return Product.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		Api api() {
			return new ApiJobs();
		}

		@Bean
		ProductFactory product() {
			return new ProductFactory();
		}

	}

	static class Early implements SmartInitializingSingleton {

		final int seenInConstructor;

		Early(JobHandlerRegistry registry) {
			this.seenInConstructor = registry.all().size();
		}

		@Override
		public void afterSingletonsInstantiated() {
		}

	}

	@Configuration
	static class FullConfiguration {

		@Bean
		String text() {
			return "text";
		}

		@Job("configuration")
		String job() {
			return text();
		}

	}

}
