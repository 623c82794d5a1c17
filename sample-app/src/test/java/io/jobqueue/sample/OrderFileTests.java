package io.jobqueue.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OrderFile}.
 */
class OrderFileTests {

	private static final String HEADER = "order_id,ordered_on,customer,email,product,quantity,unit_price,currency\n";

	private static final String GOOD_ROW = "A-1,2026-01-31,Jörg,joerg@post.example,Kaffeemühle,3,39.95,EUR\n";

	@Test
	void rowBecomesOrder() throws IOException {
		assertThat(read(HEADER + GOOD_ROW)).containsExactly(new Order("A-1", LocalDate.of(2026, 1, 31), "Jörg",
				"joerg@post.example", "Kaffeemühle", 3, new BigDecimal("39.95"), Currency.getInstance("EUR")));
	}

	@Test
	void shippedFileHasThousandOrdersOfWhichSomeMakeTrouble() throws IOException {
		try (InputStream file = new ClassPathResource("orders.csv").getInputStream()) {
			List<Order> orders = OrderFile.read(file);
			assertThat(orders).hasSize(1000).extracting(Order::id).doesNotHaveDuplicates();
			assertThat(orders).filteredOn((order) -> order.email().endsWith("@greylisting.example")).hasSize(20);
			assertThat(orders).filteredOn((order) -> order.email().endsWith(".invalid")).hasSize(1);
			assertThat(orders).filteredOn(Order::isPrepaid).hasSize(18);
			assertThat(orders).extracting(Order::customer).contains("Kőhalom, Løve", "Studio \"Vierzehn\"");
		}
	}

	@Test
	void quotedFieldsMayHaveCommasAndQuotes() throws IOException {
		Order order = read(HEADER + "A-1,2026-01-31,\"Söhne, Obst\",a@b.example,\"Monitor 27\"\"\",1,2,EUR\n").get(0);
		assertThat(order.customer()).isEqualTo("Söhne, Obst");
		assertThat(order.product()).isEqualTo("Monitor 27\"");
	}

	@Test
	void columnsMayComeInAnyOrderAndWithOthers() throws IOException {
		List<Order> orders = read("""
				Currency,note,unit_price,quantity,product,email,customer,ordered_on,ORDER_ID
				SEK,urgent,1.5,2,Vase,a@b.example,Åsa,2026-01-31,A-1
				""");
		assertThat(orders).singleElement().satisfies((order) -> {
			assertThat(order.id()).isEqualTo("A-1");
			assertThat(order.total()).isEqualByComparingTo("3");
		});
	}

	@Test
	void fileOfSpreadsheetIsRead() throws IOException {
		assertThat(read("\uFEFF" + (HEADER + "\n" + GOOD_ROW + "\n").replace("\n", "\r\n"))).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					A 1,2026-01-31,J,a@b.example,P,1,2,EUR             | order_id must be 1 to 32 letters, digits and dashes, not 'A 1'
					A-1,31.01.2026,J,a@b.example,P,1,2,EUR             | ordered_on must be a date such as 2026-01-31, not '31.01.2026'
					A-1,2026-02-30,J,a@b.example,P,1,2,EUR             | ordered_on must be a date such as 2026-01-31, not '2026-02-30'
					A-1,2026-01-31, ,a@b.example,P,1,2,EUR             | customer must be 1 to 200 characters on one line, not ''
					A-1,2026-01-31,J,a.example,P,1,2,EUR               | email must be an e-mail address, not 'a.example'
					A-1,2026-01-31,J,a@b.example,,1,2,EUR              | product must be 1 to 200 characters on one line, not ''
					A-1,2026-01-31,J,a@b.example,P,0,2,EUR             | quantity must be a whole number from 1 to 99999, not '0'
					A-1,2026-01-31,J,a@b.example,P,1.5,2,EUR           | quantity must be a whole number from 1 to 99999, not '1.5'
					A-1,2026-01-31,J,a@b.example,P,1,"2,50",EUR        | unit_price must be a price such as 12.50, not '2,50'
					A-1,2026-01-31,J,a@b.example,P,1,-2,EUR            | unit_price must be a price such as 12.50, not '-2'
					A-1,2026-01-31,J,a@b.example,P,1,2,Euro            | currency must be a currency such as EUR, not 'Euro'
					A-1,2026-01-31,J,a@b.example,P,1,2                 | has 7 columns instead of 8
					""")
	void badValueIsReported(String row, String reason) {
		assertThatBad(HEADER + row, new BadRow(2, reason));
	}

	@Test
	void allBadRowsAreReportedWithTheLinesTheyBeginOn() {
		assertThatBad("\n" + HEADER + GOOD_ROW + "A-2,2026-01-31,\"two\nlines\",a@b.example,P,1,2,EUR\n\n" + "A-3\n",
				new BadRow(4, "customer must be 1 to 200 characters on one line, not 'two\nlines'"),
				new BadRow(7, "has 1 columns instead of 8"));
	}

	@Test
	void orderThatComesTwiceIsReported() {
		assertThatBad(HEADER + GOOD_ROW + GOOD_ROW, new BadRow(3, "order A-1 is in line 2 already"));
	}

	@Test
	void missingColumnIsReported() {
		assertThatBad(HEADER.replace("email", "mail") + GOOD_ROW, new BadRow(1,
				"the column 'email' is missing; the header must have [order_id, ordered_on, customer, email, product, quantity, unit_price, currency]"));
	}

	@Test
	void fileThatIsNoCsvIsReported() {
		assertThatExceptionOfType(InvalidOrderFileException.class)
			.isThrownBy(() -> read(HEADER + GOOD_ROW + "\"A-2\"x,2026\n"))
			.satisfies((ex) -> assertThat(ex.getBadRows()).singleElement().satisfies((row) -> {
				assertThat(row.line()).isEqualTo(3);
				assertThat(row.reason()).startsWith("is not CSV: ");
			}));
	}

	@Test
	void textThatIsNotUtf8IsReported() {
		assertThatExceptionOfType(InvalidOrderFileException.class)
			.isThrownBy(() -> read(HEADER + GOOD_ROW, StandardCharsets.ISO_8859_1))
			.satisfies((ex) -> assertThat(ex.getBadRows()).containsExactly(new BadRow(2, "is not UTF-8 text")));
	}

	@Test
	void fileWithoutOrdersIsReported() {
		assertThatBad("", new BadRow(1, "the file has no orders"));
		assertThatBad(HEADER, new BadRow(2, "the file has no orders"));
	}

	@Test
	void fileThatIsTooLargeIsReported() {
		assertThatBad(" ".repeat(OrderFile.MAX_SIZE + 1), new BadRow(1, "the file is larger than 10 MiB"));
	}

	@Test
	void reportOfBadRowsIsBounded() {
		String rows = IntStream.range(0, 1000).mapToObj((i) -> "bad\n").collect(Collectors.joining());
		assertThatExceptionOfType(InvalidOrderFileException.class).isThrownBy(() -> read(HEADER + rows))
			.withMessage("The order file was not imported, line 2: has 1 columns instead of 8 (and 99 more)")
			.satisfies((ex) -> assertThat(ex.getBadRows()).hasSize(OrderFile.MAX_REPORTED_ROWS));
	}

	private static void assertThatBad(String file, BadRow... rows) {
		assertThatExceptionOfType(InvalidOrderFileException.class).isThrownBy(() -> read(file))
			.satisfies((ex) -> assertThat(ex.getBadRows()).containsExactly(rows));
	}

	private static List<Order> read(String file) throws IOException {
		return read(file, StandardCharsets.UTF_8);
	}

	private static List<Order> read(String file, Charset charset) throws IOException {
		return OrderFile.read(new ByteArrayInputStream(file.getBytes(charset)));
	}

}
