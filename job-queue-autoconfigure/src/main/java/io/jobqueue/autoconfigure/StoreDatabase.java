package io.jobqueue.autoconfigure;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;

/**
 * The data source that keeps the jobs, and the transaction manager whose transactions
 * they take part in.
 *
 * @param dataSource the data source
 * @param transactionManager the transaction manager
 */
record StoreDatabase(DataSource dataSource, PlatformTransactionManager transactionManager) {

	private static final Log logger = LogFactory.getLog(StoreDatabase.class);

	private static final String DATA_SOURCE_PROPERTY = "dataSource";

	static StoreDatabase of(ObjectProvider<DataSource> qualifiedDataSource, ObjectProvider<DataSource> dataSources,
			ObjectProvider<PlatformTransactionManager> qualifiedTransactionManager,
			ObjectProvider<PlatformTransactionManager> transactionManagers) {
		DataSource qualified = qualifiedDataSource.getIfAvailable();
		DataSource dataSource = (qualified != null) ? qualified : unique(dataSources);
		PlatformTransactionManager named = qualifiedTransactionManager.getIfAvailable();
		if (named != null) {
			return new StoreDatabase(dataSource, named);
		}
		PlatformTransactionManager primary = transactionManagers.getIfUnique();
		if (primary != null && manages(primary, dataSource)) {
			return new StoreDatabase(dataSource, primary);
		}
		if (qualified == null) {
			logger
				.warn("No transaction manager is known to manage the data source of the job queue, so jobs are enqueued"
						+ " outside of the application's transactions. If one does, qualify it with"
						+ " @JobQueueTransactionManager");
		}
		return new StoreDatabase(dataSource, new JdbcTransactionManager(dataSource));
	}

	private static DataSource unique(ObjectProvider<DataSource> dataSources) {
		DataSource unique = dataSources.getIfUnique();
		if (unique == null) {
			throw new JobStoreSetupException(
					"The application has several DataSource beans, and none of them is primary or qualified to keep the jobs",
					"Annotate the one that keeps the jobs with @JobQueueDataSource, and its transaction manager with"
							+ " @JobQueueTransactionManager, or make one of them @Primary");
		}
		return unique;
	}

	/**
	 * Return whether the transactions of a transaction manager are those of a data
	 * source. One that does not tell, as that of JTA, is trusted.
	 */
	private static boolean manages(PlatformTransactionManager transactionManager, DataSource dataSource) {
		BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(transactionManager);
		if (properties.isReadableProperty(DATA_SOURCE_PROPERTY)) {
			return target(properties.getPropertyValue(DATA_SOURCE_PROPERTY)) == target(dataSource);
		}
		return !(transactionManager instanceof ResourceTransactionManager);
	}

	private static @Nullable Object target(@Nullable Object dataSource) {
		return (dataSource instanceof TransactionAwareDataSourceProxy proxy) ? proxy.getTargetDataSource() : dataSource;
	}

}
