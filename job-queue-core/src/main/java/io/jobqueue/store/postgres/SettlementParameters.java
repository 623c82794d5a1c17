package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Outcome;

/**
 * The outcomes of one call as parameters: plain successes as arrays, the others as JSON.
 */
final class SettlementParameters {

	private final List<Long> ids = new ArrayList<>();

	private final List<Long> leases = new ArrayList<>();

	private final List<Integer> millis = new ArrayList<>();

	private final List<@Nullable String> results = new ArrayList<>();

	private final String others;

	private boolean hasResult;

	SettlementParameters(List<Outcome> outcomes) {
		List<Outcome> sorted = new ArrayList<>(outcomes);
		// Rows are locked in the order of their ids, by everybody.
		sorted.sort((a, b) -> a.job().id().compareTo(b.job().id()));
		List<Outcome> rest = new ArrayList<>();
		for (Outcome outcome : sorted) {
			if (outcome.kind() == Outcome.Kind.SUCCEEDED) {
				add(outcome);
			}
			else {
				rest.add(outcome);
			}
		}
		this.others = OutcomeJson.write(rest);
	}

	private void add(Outcome outcome) {
		this.ids.add(outcome.job().id().value());
		this.leases.add(outcome.job().lease());
		this.millis.add(OutcomeJson.millis(outcome.elapsed()));
		this.results.add(outcome.result());
		this.hasResult |= outcome.result() != null;
	}

	void bind(Connection open, PreparedStatement statement, int first) throws SQLException {
		statement.setArray(first, SqlArrays.longs(open, this.ids));
		statement.setArray(first + 1, SqlArrays.longs(open, this.leases));
		statement.setArray(first + 2, SqlArrays.ints(open, this.millis));
		statement.setArray(first + 3, this.hasResult ? SqlArrays.texts(open, this.results) : null);
		statement.setString(first + 4, this.others);
	}

}
