package io.jobqueue.test.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Opens connections to whose queries a test can do something.
 */
final class FaultyDataSource extends DelegatingDataSource {

	/** The fault that is none. */
	static final Fault NONE = Query::run;

	private volatile Fault fault = NONE;

	FaultyDataSource(DataSource target) {
		super(target);
	}

	void setFault(Fault fault) {
		this.fault = fault;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return proxy(Connection.class, super.getConnection());
	}

	private <T> T proxy(Class<T> type, T target) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> invoke(target, method, arguments)));
	}

	private Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
		Query query = () -> {
			try {
				return method.invoke(target, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		if (method.getName().equals("executeQuery")) {
			return this.fault.run(query);
		}
		Object result = query.run();
		return method.getName().equals("prepareStatement") ? proxy(PreparedStatement.class, (PreparedStatement) result)
				: result;
	}

	/**
	 * What happens to a query.
	 */
	@FunctionalInterface
	interface Fault {

		Object run(Query query) throws Throwable;

	}

	/**
	 * One query.
	 */
	@FunctionalInterface
	interface Query {

		Object run() throws Throwable;

	}

}
