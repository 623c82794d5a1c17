package io.jobqueue.annotation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnnotationJobTransactions}.
 */
class AnnotationJobTransactionsTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(AnnotationJobTransactions.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final RecordingTransactionManager store = new RecordingTransactionManager();

	@BeforeEach
	void start() {
		this.log.start();
		this.logger.addAppender(this.log);
		this.logger.setAdditive(false);
		this.context.refresh();
		this.context.getBeanFactory().registerSingleton("store", this.store);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.log);
		this.logger.setAdditive(true);
		this.context.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "required", "ofPackage", "ofPrivate", "supports", "mandatory", "nested", "meta" })
	void transactionalMethodSharesItsTransaction(String method) {
		TransactionDefinition definition = transactionOf(Methods.class, method);
		assertThat(definition).isNotNull();
		assertThat(definition.getPropagationBehavior()).isEqualTo(TransactionDefinition.PROPAGATION_REQUIRED);
		assertThat(definition.isReadOnly()).isFalse();
		assertThat(definition.getName()).isEqualTo(Methods.class.getName() + "." + method);
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void isolationAndTimeoutAreKept() {
		System.setProperty("job-queue.test.timeout", "17");
		try {
			TransactionDefinition definition = transactionOf(Methods.class, "configured");
			assertThat(definition).isNotNull();
			assertThat(definition.getIsolationLevel()).isEqualTo(TransactionDefinition.ISOLATION_SERIALIZABLE);
			assertThat(definition.getTimeout()).isEqualTo(17);
		}
		finally {
			System.clearProperty("job-queue.test.timeout");
		}
	}

	@Test
	void methodWithoutAnnotationHasNoTransaction() {
		assertThat(transactionOf(Methods.class, "plain")).isNull();
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void readOnlyTransactionIsLeftToHandler() {
		assertThat(transactionOf(Methods.class, "readOnly")).isNull();
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void annotationOfClassCounts() {
		assertThat(transactionOf(Annotated.class, "inherited")).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "requiresNew, REQUIRES_NEW opens a transaction of its own", "notSupported, NOT_SUPPORTED excludes a",
			"never, NEVER excludes a" })
	void propagationThatLeavesTransactionIsReported(String method, String reason) {
		assertThat(transactionOf(Methods.class, method)).isNull();
		assertWarning(method, reason);
	}

	@Test
	void storeWithoutTransactionsIsReported() {
		AnnotationJobTransactions transactions = new AnnotationJobTransactions(this.context.getBeanFactory(),
				() -> null);
		assertThat(transactions.transactionOf(method(Methods.class, "required"), Methods.class)).isNull();
		assertWarning("required", "the job store has no transactions");
	}

	@Test
	void otherTransactionManagerIsReported() {
		this.context.getBeanFactory().registerSingleton("other", new RecordingTransactionManager());
		assertThat(transactionOf(Methods.class, "qualifiedOther")).isNull();
		assertWarning("qualifiedOther", "its transaction manager is not the one of the job store");
	}

	@Test
	void qualifierOfStoreIsRecognized() {
		this.context.getBeanFactory().registerSingleton("other", new RecordingTransactionManager());
		assertThat(transactionOf(Methods.class, "qualifiedStore")).isNotNull();
		assertThat(transactionOf(QualifiedByClass.class, "handle")).isNotNull();
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void qualifierOfClassThatNamesNoTransactionManagerIsIgnored() {
		assertThat(transactionOf(QualifiedForAnotherReason.class, "handle")).isNotNull();
	}

	@Test
	void undecidedTransactionManagerIsReported() {
		this.context.getBeanFactory().registerSingleton("other", new RecordingTransactionManager());
		assertThat(transactionOf(Methods.class, "required")).isNull();
		assertWarning("required", "its transaction manager is not the one of the job store");
	}

	@Test
	void configurerDecidesAmongSeveral() {
		this.context.getBeanFactory().registerSingleton("other", new RecordingTransactionManager());
		TransactionManagementConfigurer configurer = () -> this.store;
		this.context.getBeanFactory().registerSingleton("configurer", configurer);
		assertThat(transactionOf(Methods.class, "required")).isNotNull();
	}

	private void assertWarning(String method, String reason) {
		assertThat(this.log.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.WARN);
			assertThat(event.getFormattedMessage())
				.startsWith("@Job method " + Methods.class.getName() + "." + method + " is @Transactional, but ")
				.contains(reason)
				.endsWith(
						": its writes and its completion are not committed together; the handler can take effect more than"
								+ " once");
		});
	}

	private @Nullable TransactionDefinition transactionOf(Class<?> type, String method) {
		return new AnnotationJobTransactions(this.context.getBeanFactory(), () -> this.store)
			.transactionOf(method(type, method), type);
	}

	private static Method method(Class<?> type, String name) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> method.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	@Retention(RetentionPolicy.RUNTIME)
	@Transactional
	@interface Meta {

	}

	static class Methods {

		@Transactional
		public void required() {
		}

		@Transactional
		void ofPackage() {
		}

		@Transactional
		private void ofPrivate() {
		}

		@Transactional(propagation = Propagation.SUPPORTS)
		void supports() {
		}

		@Transactional(propagation = Propagation.MANDATORY)
		void mandatory() {
		}

		@Transactional(propagation = Propagation.NESTED)
		void nested() {
		}

		@Meta
		void meta() {
		}

		@Transactional(isolation = Isolation.SERIALIZABLE, timeoutString = "${job-queue.test.timeout}")
		void configured() {
		}

		@Transactional(readOnly = true)
		void readOnly() {
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		void requiresNew() {
		}

		@Transactional(propagation = Propagation.NOT_SUPPORTED)
		void notSupported() {
		}

		@Transactional(propagation = Propagation.NEVER)
		void never() {
		}

		@Transactional("other")
		void qualifiedOther() {
		}

		@Transactional("store")
		void qualifiedStore() {
		}

		void plain() {
		}

	}

	@Transactional
	static class Annotated {

		void inherited() {
		}

	}

	@Qualifier("store")
	static class QualifiedByClass {

		@Transactional
		void handle() {
		}

	}

	@Qualifier("mine")
	static class QualifiedForAnotherReason {

		@Transactional
		void handle() {
		}

	}

}
