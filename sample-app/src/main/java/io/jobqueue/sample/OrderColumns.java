package io.jobqueue.sample;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.apache.commons.csv.CSVRecord;

/**
 * The columns of an order file, and what may be in them.
 */
final class OrderColumns {

	private static final List<String> NAMES = List.of("order_id", "ordered_on", "customer", "email", "product",
			"quantity", "unit_price", "currency");

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,32}");

	private static final Pattern TEXT = Pattern.compile("\\P{Cntrl}{1,200}");

	private static final Pattern EMAIL = Pattern.compile("[^\\s@\\p{Cntrl}]{1,64}@[^\\s@\\p{Cntrl}]{1,130}");

	private static final Pattern QUANTITY = Pattern.compile("[1-9]\\d{0,4}");

	private static final Pattern PRICE = Pattern.compile("\\d{1,9}(\\.\\d{1,2})?");

	private final List<String> header;

	private OrderColumns(List<String> header) {
		this.header = header;
	}

	static OrderColumns of(CSVRecord record, long line) {
		List<String> header = record.stream().map((name) -> name.toLowerCase(Locale.ROOT)).toList();
		for (String name : NAMES) {
			if (!header.contains(name)) {
				throw OrderFile.bad(line, "the column '" + name + "' is missing; the header must have " + NAMES);
			}
		}
		return new OrderColumns(header);
	}

	Order read(CSVRecord record) {
		if (record.size() != this.header.size()) {
			throw new IllegalArgumentException("has " + record.size() + " columns instead of " + this.header.size());
		}
		return new Order(value(record, "order_id", ID, "1 to 32 letters, digits and dashes"), date(record),
				value(record, "customer", TEXT, "1 to 200 characters on one line"),
				value(record, "email", EMAIL, "an e-mail address"),
				value(record, "product", TEXT, "1 to 200 characters on one line"),
				Integer.parseInt(value(record, "quantity", QUANTITY, "a whole number from 1 to 99999")),
				new BigDecimal(value(record, "unit_price", PRICE, "a price such as 12.50")), currency(record));
	}

	private LocalDate date(CSVRecord record) {
		try {
			return LocalDate.parse(value(record, "ordered_on"));
		}
		catch (DateTimeException ex) {
			throw wrong(record, "ordered_on", "a date such as 2026-01-31");
		}
	}

	private Currency currency(CSVRecord record) {
		try {
			return Currency.getInstance(value(record, "currency"));
		}
		catch (IllegalArgumentException ex) {
			throw wrong(record, "currency", "a currency such as EUR");
		}
	}

	private String value(CSVRecord record, String column, Pattern pattern, String expected) {
		String value = value(record, column);
		if (!pattern.matcher(value).matches()) {
			throw wrong(record, column, expected);
		}
		return value;
	}

	private String value(CSVRecord record, String column) {
		return record.get(this.header.indexOf(column));
	}

	private IllegalArgumentException wrong(CSVRecord record, String column, String expected) {
		return new IllegalArgumentException(
				column + " must be " + expected + ", not '" + abbreviate(value(record, column)) + "'");
	}

	private static String abbreviate(String value) {
		return (value.length() <= 50) ? value : value.substring(0, 50) + "...";
	}

}
