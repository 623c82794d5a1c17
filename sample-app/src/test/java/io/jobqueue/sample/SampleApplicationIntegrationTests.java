package io.jobqueue.sample;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
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
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.LimitTarget;
import io.jobqueue.RateLimit;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.sample.grafana.GrafanaFiles;
import io.jobqueue.sample.grafana.Scrape;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the whole application by HTTP, on the PostgreSQL that it brings along.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "sample.import-at-start=false", "sample.mail-latency=5ms", "sample.report-cron=0 0 6 29 2 *",
				"sample.figures-delay=1h", "job-queue.metrics.queue-interval=200ms",
				"management.endpoint.jobqueue.access=unrestricted" })
@AutoConfigureRestTestClient
@DirtiesContext
class SampleApplicationIntegrationTests {

	private static final MediaType CSV = MediaType.parseMediaType("text/csv");

	private static final String HEADER = "order_id,ordered_on,customer,email,product,quantity,unit_price,currency";

	private static final List<String> HANDLERS = List.of("order.confirm", "order.invoice");

	@TempDir
	private static Path directory;

	@Autowired
	private RestTestClient http;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private JobAdmin admin;

	@Autowired
	private RecurringJobs recurringJobs;

	@Autowired
	private Workflows workflows;

	private ActuatorClient actuator;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry properties) {
		properties.add("sample.data-dir", directory::toString);
	}

	@BeforeEach
	void useActuator() {
		this.actuator = new ActuatorClient(this.http);
	}

	@Test
	void uploadedOrdersAreConfirmedAndInvoicedExactlyOnce() {
		String file = file(row("E-1", "a@post.example"), row("E-2", "b@post.example"), row("E-3", "c@post.example"));
		assertThat(upload(file)).isEqualTo(new Receipt(3, 0, 6));
		await().atMost(Duration.ofMinutes(1))
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
		await().atMost(Duration.ofMinutes(1))
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
		await().atMost(Duration.ofMinutes(1)).until(() -> find("H-1", JobState.SUCCEEDED).size() == 2);
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
			.isEqualTo(List.of("mail", "billing", "reports", "delivery"))
			.jsonPath("$.components.jobqueue.details.latency")
			.isNotEmpty()
			.jsonPath("$.components.jobqueue.details.lastHeartbeat")
			.isNotEmpty();
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> this.http.get()
				.uri("/actuator/metrics/jobqueue.job.execution?tag=handler:order.invoice&tag=outcome:success")
				.exchange()
				.expectStatus()
				.isOk());
	}

	@Test
	void everyJobIsSeenByTheEndpointAndTheMetrics() {
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			assertThat(this.actuator.liveJobs("mail", "billing")).isZero();
			HANDLERS.forEach((handler) -> assertThat(this.actuator.finished(handler))
				.isEqualTo(this.actuator.counts(handler).get("enqueued")));
		});
		Map<String, Map<String, Double>> before = HANDLERS.stream()
			.collect(Collectors.toMap(Function.identity(), this.actuator::counts));
		this.actuator.post("queues/mail/pause");
		this.actuator.post("queues/billing/pause");
		upload(file(row("S-1", "a@post.example"), row("S-2", "b@post.example"), row("S-3", "c@post.example")));
		this.actuator.expect("jobqueue")
			.jsonPath("$.store")
			.isEqualTo(store())
			.jsonPath("$.nodes")
			.isEqualTo(1)
			.jsonPath("$.available")
			.isEqualTo(6)
			.jsonPath("$.running")
			.isEqualTo(0)
			.jsonPath("$.pausedQueues")
			.isEqualTo(List.of("billing", "mail"));
		this.actuator.expect("jobqueue/queues/billing")
			.jsonPath("$.available")
			.isEqualTo(3)
			.jsonPath("$.paused")
			.isEqualTo(true);
		this.actuator.expect("jobqueue/jobs?state=available&handler=order.confirm")
			.jsonPath("$.jobs.length()")
			.isEqualTo(3);
		this.actuator.post("queues/mail/resume");
		this.actuator.post("queues/billing/resume");
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			assertThat(this.actuator.liveJobs("mail", "billing")).isZero();
			HANDLERS.forEach((handler) -> {
				Map<String, Double> threeMore = new TreeMap<>(before.get(handler));
				threeMore.replaceAll((meter, count) -> count + 3);
				assertThat(this.actuator.counts(handler)).isEqualTo(threeMore);
			});
		});
		JobRecord confirmation = find("S-1", JobState.SUCCEEDED).stream()
			.filter((job) -> job.handler().equals("order.confirm"))
			.findFirst()
			.orElseThrow();
		this.actuator.expect("jobqueue/jobs/" + confirmation.id())
			.jsonPath("$.state")
			.isEqualTo("SUCCEEDED")
			.jsonPath("$.arguments")
			.isEqualTo(List.of("******"));
	}

	@Test
	void everyQueryOfTheDashboardAndOfTheAlertsAsksForWhatIsExposed() throws IOException {
		upload(file(prepaid("G-1", "1000.00")));
		finish(this.workflows.list(null, null, 1).get(0).id());
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(
					GrafanaFiles.missingFrom(Scrape.parse(this.actuator.get("prometheus", String.class))))
				.isEmpty());
	}

	@Test
	void figuresAreWrittenOnceAfterTheLastFile() {
		upload(file(row("N-1", "a@post.example")));
		JobRecord waiting = figures(JobState.SCHEDULED).get(0);
		upload(file(row("N-2", "b@post.example")));
		assertThat(figures(JobState.SCHEDULED)).singleElement().satisfies((job) -> {
			assertThat(job.id()).isEqualTo(waiting.id());
			assertThat(job.runAt()).isAfter(waiting.runAt());
		});
		this.admin.reschedule(waiting.id(), Instant.EPOCH);
		await().atMost(Duration.ofMinutes(1)).until(() -> this.admin.get(waiting.id()).state() == JobState.SUCCEEDED);
	}

	private List<JobRecord> figures(JobState state) {
		return this.admin.find(JobFilter.in(state).handler("report.figures"), null, 10);
	}

	@Test
	void invoicesOfACustomerAreWrittenInTheOrderOfHisOrders() {
		upload(file(row("C-1", "one@post.example"), row("C-2", "one@post.example"), row("C-3", "one@post.example"),
				row("C-4", "one@post.example")));
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(
					this.jdbc.sql("select order_id from invoice where order_id like 'C-%' order by number")
						.query(String.class)
						.list())
				.containsExactly("C-1", "C-2", "C-3", "C-4"));
	}

	@Test
	void prepaidOrderIsShippedOrReleasedIfItsCardIsDeclined() {
		upload(file(row("P-1", "a@post.example"), prepaid("P-2", "1000.00"), prepaid("P-3", "4000.00")));
		List<WorkflowStatus> started = this.workflows.list(null, null, 2);
		assertThat(started).hasSize(2).extracting(WorkflowStatus::name).containsOnly("delivery");
		assertThat(finish(started.get(1).id())).containsExactly("reserve", "charge", "decide", "ship");
		assertThat(finish(started.get(0).id())).containsExactly("reserve", "charge", "decide", "release");
		assertThat(this.jdbc.sql("""
				select d.order_id, d.state, d.reserved,
					(select p.amount from payment p where p.order_id = d.order_id) as paid
				from delivery d where d.order_id like 'P-%' order by d.order_id""").query(Delivery.class).list())
			.containsExactly(new Delivery("P-2", "SHIPPED", 2, new BigDecimal("2000.00")),
					new Delivery("P-3", "FAILED", 0, null));
		this.http.get().uri("/orders/P-3").exchange().expectBody().jsonPath("$.delivery").isEqualTo("FAILED");
	}

	/**
	 * Return the tasks of a workflow that succeeds with all of them.
	 */
	private List<String> finish(WorkflowId id) {
		WorkflowHandle workflow = this.workflows.find(id).orElseThrow();
		assertThat(workflow.await(Duration.ofSeconds(60)).state()).isEqualTo(WorkflowState.SUCCEEDED);
		assertThat(workflow.tasks()).extracting(TaskStatus::state).containsOnly(JobState.SUCCEEDED);
		return workflow.tasks().stream().map(TaskStatus::name).toList();
	}

	@Test
	void mailsHaveARateLimit() {
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(this.admin.limits()).containsEntry(LimitTarget.queue("mail"),
					JobLimit.rate(RateLimit.parse("200/s, burst 50"))));
	}

	@Test
	void reportIsDeclaredAndCanBeWrittenAtOnce() {
		await().atMost(Duration.ofMinutes(1)).until(() -> this.recurringJobs.list().size() == 1);
		assertThat(this.recurringJobs.list()).singleElement().satisfies((job) -> {
			assertThat(job.name()).isEqualTo("report.daily");
			assertThat(job.application()).isEqualTo("job-queue-sample");
			assertThat(job.nextAt()).isNotNull();
		});
		JobId report = this.recurringJobs.trigger("report.daily");
		await().atMost(Duration.ofMinutes(1)).until(() -> this.admin.get(report).state() == JobState.SUCCEEDED);
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

	private static String prepaid(String id, String unitPrice) {
		return id + ",2026-01-31,Jo,jo@post.example,Bücherregal,2," + unitPrice + ",EUR";
	}

	private static String row(String id, String email) {
		return id + ",2026-01-31,\"Søhne, Obst\"," + email + ",Kaffeemühle,2,39.95,EUR";
	}

	/**
	 * What the jobs of an order have done.
	 */
	record Effects(String id, long mails, long invoices) {
	}

	/**
	 * What the workflow of a prepaid order has done.
	 */
	record Delivery(String orderId, String state, int reserved, @Nullable BigDecimal paid) {
	}

}
