package io.jobqueue.test.postgres;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans of the statements that functions execute, as {@code auto_explain} tells them.
 */
final class LoggedPlans {

	private LoggedPlans() {
	}

	/**
	 * Have the server tell the plans of all that is executed on a connection from now on.
	 */
	static void begin(Statement statement) throws SQLException {
		statement
			.execute("load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;"
					+ " set auto_explain.log_nested_statements = on; set client_min_messages = log");
	}

	/**
	 * Return what the server has told about the last call of a statement.
	 */
	static List<String> of(Statement statement) throws SQLException {
		List<String> plans = new ArrayList<>();
		for (SQLWarning plan = statement.getWarnings(); plan != null; plan = plan.getNextWarning()) {
			plans.add(plan.getMessage());
		}
		return plans;
	}

}
