package io.jobqueue.sample;

import java.util.List;

/**
 * An order file has bad rows, so nothing of it is imported.
 */
@SuppressWarnings("serial")
final class InvalidOrderFileException extends RuntimeException {

	private final List<BadRow> badRows;

	InvalidOrderFileException(List<BadRow> badRows) {
		super("The order file was not imported, line " + badRows.get(0).line() + ": " + badRows.get(0).reason()
				+ ((badRows.size() > 1) ? " (and " + (badRows.size() - 1) + " more)" : ""));
		this.badRows = List.copyOf(badRows);
	}

	List<BadRow> getBadRows() {
		return this.badRows;
	}

}
