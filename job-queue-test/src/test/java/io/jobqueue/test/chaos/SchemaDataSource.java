package io.jobqueue.test.chaos;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Opens connections that look into one schema.
 */
final class SchemaDataSource extends DelegatingDataSource {

	private final String schema;

	SchemaDataSource(DataSource target, String schema) {
		super(target);
		this.schema = schema;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		connection.setSchema(this.schema);
		return connection;
	}

}
