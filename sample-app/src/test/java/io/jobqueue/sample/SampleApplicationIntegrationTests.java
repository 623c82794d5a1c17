package io.jobqueue.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFailure;
import io.jobqueue.JobFilter;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the whole application by HTTP, on the PostgreSQL that it brings along.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "sample.import-at-start=false", "sample.mail-latency=5ms" })
@AutoConfigureRestTestClient
@DirtiesContext
class SampleApplicationIntegrationTests {

	private static final MediaType CSV = MediaType.parseMediaType("text/csv");

	private static final String HEADER = "order_id,ordered_on,customer,email,product,quantity,unit_price,currency";

	@TempDir
	private static Path directory;

	@Autowired
	private RestTestClient http;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private JobAdmin admin;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry properties) {
		properties.add("sample.data-dir", directory::toString);
	}

	@Test
	void uploadedOrdersAreConfirmedAndInvoicedExactlyOnce() {
		String file = file(row("E-1", "a@post.example"), row("E-2", "b@post.example"), row("E-3", "c@post.example"));
		assertThat(upload(file)).isEqualTo(new Receipt(3, 0, 6));
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(this.jdbc.sql("""
					select o.id, (select count(*) from mail m where m.order_id = o.id) as mails,
						(select count(*) from invoice i where i.order_id = o.id and i.amount = 79.90) as invoices
					from customer_order o where o.id like 'E-%' order by o.id""").query(Effects.class).list())
				.containsExactly(new Effects("E-1", 1, 1), new Effects("E-2", 1, 1), new Effects("E-3", 1, 1)));
		assertThat(upload(file)).isEqualTo(new Receipt(0, 3, 0));
		this.http.get()
			.uri("/orders/E-1")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.total")
			.isEqualTo(79.9)
			.jsonPath("$.confirmedAt")
			.isNotEmpty()
			.jsonPath("$.invoice")
			.isNumber();
	}

	@Test
	void refusedMailIsRetriedAndBecomesADeadLetterInTheEnd() {
		upload(file(row("R-1", "a@greylisting.example"), row("R-2", "b@moved-away.invalid")));
		await().atMost(Duration.ofSeconds(20))
			.until(() -> find("R-1", JobState.SUCCEEDED).size() == 2 && find("R-2", JobState.FAILED).size() == 1);
		assertThat(find("R-1", JobState.SUCCEEDED)).filteredOn((job) -> job.handler().equals("order.confirm"))
			.singleElement()
			.satisfies((job) -> {
				assertThat(job.attempt()).isEqualTo(3);
				assertThat(job.failures()).extracting(JobFailure::message)
					.containsExactly("451 Greylisted, try again later", "451 Greylisted, try again later");
			});
		assertThat(find("R-2", JobState.FAILED)).singleElement().satisfies((job) -> {
			assertThat(job.handler()).isEqualTo("order.confirm");
			assertThat(job.failures()).hasSize(4).extracting(JobFailure::message).containsOnly("550 No such mailbox");
		});
		this.http.get()
			.uri("/orders/R-2")
			.exchange()
			.expectBody()
			.jsonPath("$.confirmedAt")
			.isEmpty()
			.jsonPath("$.invoice")
			.isNumber();
	}

	@Test
	void fileMayComeFromAForm() {
		MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
		form.add("file", new ByteArrayResource(file(row("F-1", "a@post.example")).getBytes()) {

			@Override
			public String getFilename() {
				return "orders.csv";
			}

		});
		this.http.post()
			.uri("/orders")
			.contentType(MediaType.MULTIPART_FORM_DATA)
			.body(form)
			.exchange()
			.expectStatus()
			.isAccepted()
			.expectBody(Receipt.class)
			.isEqualTo(new Receipt(1, 0, 2));
	}

	@Test
	void nothingOfABadFileIsImported() {
		this.http.post()
			.uri("/orders")
			.contentType(CSV)
			.body(file(row("B-1", "a@post.example"), row("B-2", "nobody"), "B-3"))
			.exchange()
			.expectStatus()
			.isEqualTo(422)
			.expectBody()
			.jsonPath("$.badRows.length()")
			.isEqualTo(2)
			.jsonPath("$.badRows[0].line")
			.isEqualTo(3)
			.jsonPath("$.badRows[0].reason")
			.isEqualTo("email must be an e-mail address, not 'nobody'")
			.jsonPath("$.badRows[1].line")
			.isEqualTo(4);
		this.http.get().uri("/orders/B-1").exchange().expectStatus().isNotFound();
	}

	@Test
	void workerIsSeenInHealthAndMetrics() {
		upload(file(row("H-1", "a@post.example")));
		await().atMost(Duration.ofSeconds(20)).until(() -> find("H-1", JobState.SUCCEEDED).size() == 2);
		this.http.get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.components.jobqueue.status")
			.isEqualTo("UP")
			.jsonPath("$.status")
			.isEqualTo("UP")
			.jsonPath("$.components.jobqueue.details.store")
			.isEqualTo(store())
			.jsonPath("$.components.jobqueue.details.queues")
			.isEqualTo(List.of("default", "billing"));
		await().atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> this.http.get()
				.uri("/actuator/metrics/jobqueue.job.execution?tag=handler:order.invoice&tag=outcome:succeeded")
				.exchange()
				.expectStatus()
				.isOk());
	}

	@Test
	void healthHasTheServersThatAreUsed() {
		this.http.get()
			.uri("/actuator/health")
			.exchange()
			.expectBody()
			.jsonPath("$.components.keys()")
			.value(new ParameterizedTypeReference<Collection<String>>() {
			}, (components) -> {
				assertThat(components).contains("db", "jobqueue");
				assertThat(components.contains("redis")).isEqualTo(store().equals("redis"));
			});
	}

	/**
	 * Return where the jobs are kept.
	 */
	String store() {
		return "postgres";
	}

	private Receipt upload(String file) {
		Receipt receipt = this.http.post()
			.uri("/orders")
			.contentType(CSV)
			.body(file)
			.exchange()
			.expectStatus()
			.isAccepted()
			.expectBody(Receipt.class)
			.returnResult()
			.getResponseBody();
		assertThat(receipt).isNotNull();
		return receipt;
	}

	private List<JobRecord> find(String orderId, JobState state) {
		return this.admin.find(JobFilter.in(state), null, JobAdmin.MAX_PAGE_SIZE)
			.stream()
			.filter((job) -> job.arguments().contains("\"" + orderId + "\""))
			.toList();
	}

	private static String file(String... rows) {
		return Stream.concat(Stream.of(HEADER), Stream.of(rows)).collect(Collectors.joining("\n", "", "\n"));
	}

	private static String row(String id, String email) {
		return id + ",2026-01-31,\"Søhne, Obst\"," + email + ",Kaffeemühle,2,39.95,EUR";
	}

	/**
	 * What the jobs of an order have done.
	 */
	record Effects(String id, long mails, long invoices) {
	}

}
