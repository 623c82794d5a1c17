package io.jobqueue.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A file of orders: CSV as of RFC 4180 in UTF-8, with a header that names the columns in
 * any order. Empty lines are skipped. A file is good or bad as a whole: with a single bad
 * row no order of it is returned, and all bad rows are reported at once, so that its
 * author can correct them together.
 */
final class OrderFile {

	static final int MAX_SIZE = 10 * 1024 * 1024;

	static final int MAX_REPORTED_ROWS = 100;

	// Empty lines are left to us, because line numbers cannot be told otherwise.
	private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).setTrim(true).get();

	private final List<Order> orders = new ArrayList<>();

	private final List<BadRow> badRows = new ArrayList<>();

	private final Map<String, Long> linesById = new HashMap<>();

	private OrderFile() {
	}

	/**
	 * Read a file.
	 * @param content what is in it; not closed
	 * @return the orders, at least one, in the order of the file
	 * @throws InvalidOrderFileException if it has a bad row
	 */
	static List<Order> read(InputStream content) throws IOException {
		OrderFile file = new OrderFile();
		file.parse(text(content.readNBytes(MAX_SIZE + 1)));
		if (!file.badRows.isEmpty()) {
			throw new InvalidOrderFileException(file.badRows);
		}
		return file.orders;
	}

	private static String text(byte[] content) {
		if (content.length > MAX_SIZE) {
			throw bad(1, "the file is larger than " + MAX_SIZE / 1024 / 1024 + " MiB");
		}
		CharBuffer text = CharBuffer.allocate(content.length);
		boolean isMalformed = StandardCharsets.UTF_8.newDecoder()
			.decode(ByteBuffer.wrap(content), text, true)
			.isError();
		text.flip();
		if (isMalformed) {
			throw bad(text.chars().filter((c) -> c == '\n').count() + 1, "is not UTF-8 text");
		}
		// Spreadsheets begin their files with a byte order mark.
		return text.toString().startsWith("\uFEFF") ? text.toString().substring(1) : text.toString();
	}

	private void parse(String text) throws IOException {
		try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
			Iterator<CSVRecord> records = parser.iterator();
			OrderColumns columns = null;
			long line = 1;
			while (this.badRows.size() < MAX_REPORTED_ROWS && hasNext(records, line)) {
				CSVRecord record = records.next();
				if (columns != null) {
					add(columns, record, line);
				}
				else if (!isEmpty(record)) {
					columns = OrderColumns.of(record, line);
				}
				line = parser.getCurrentLineNumber() + 1;
			}
			if (this.orders.isEmpty() && this.badRows.isEmpty()) {
				throw bad(line, "the file has no orders");
			}
		}
	}

	private void add(OrderColumns columns, CSVRecord record, long line) {
		if (isEmpty(record)) {
			return;
		}
		try {
			Order order = columns.read(record);
			Long other = this.linesById.putIfAbsent(order.id(), line);
			if (other != null) {
				throw new IllegalArgumentException("order " + order.id() + " is in line " + other + " already");
			}
			this.orders.add(order);
		}
		catch (IllegalArgumentException ex) {
			this.badRows.add(new BadRow(line, String.valueOf(ex.getMessage())));
		}
	}

	// Whatever is wrong with its quotes, the rest of the file cannot be told from it.
	private boolean hasNext(Iterator<CSVRecord> records, long line) {
		try {
			return records.hasNext();
		}
		catch (UncheckedIOException | IllegalStateException ex) {
			this.badRows.add(new BadRow(line, "is not CSV: " + ex.getMessage()));
			return false;
		}
	}

	private static boolean isEmpty(CSVRecord record) {
		return record.size() == 1 && record.get(0).isEmpty();
	}

	static InvalidOrderFileException bad(long line, String reason) {
		return new InvalidOrderFileException(List.of(new BadRow(line, reason)));
	}

}
