package io.jobqueue.autoconfigure.endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ParameterizedTypeReference;

import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobState;
import io.jobqueue.RateLimit;
import io.jobqueue.autoconfigure.endpoint.EndpointApplication.Account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint by HTTP, with all that it can.
 */
class JobQueueEndpointTests {

	private static final Account ACCOUNT = new Account("jo", "secret");

	private static EndpointApplication application;

	@BeforeAll
	static void start() {
		application = new EndpointApplication("management.endpoint.jobqueue.access=unrestricted",
				"management.endpoint.jobqueue.show-values=always");
		until(() -> application.admin().nodes().size() == 1);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void removeJobs() {
		application.admin().resume("later");
		application.admin().deleteAll(JobFilter.all());
	}

	@Test
	void overviewTellsWhatThereIs() {
		enqueueLater(3);
		application.jobs().job("echo", ACCOUNT, 1).queue("later").in(Duration.ofHours(1)).enqueue();
		application.admin().pause("later");
		application.get("")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.store")
			.isEqualTo("memory")
			.jsonPath("$.available")
			.isEqualTo(3)
			.jsonPath("$.scheduled")
			.isEqualTo(1)
			.jsonPath("$.running")
			.isEqualTo(0)
			.jsonPath("$.oldestAge")
			.isNotEmpty()
			.jsonPath("$.pausedQueues")
			.isEqualTo(List.of("later"))
			.jsonPath("$.queues")
			.isEqualTo(2)
			.jsonPath("$.nodes")
			.isEqualTo(1)
			.jsonPath("$.worker.name")
			.isEqualTo("node-of-the-test")
			.jsonPath("$.worker.queues")
			.isEqualTo(List.of("worked"))
			.jsonPath("$.worker.running")
			.isEqualTo(0);
	}

	@Test
	void queuesHaveTheirNumbers() {
		enqueueLater(2);
		application.get("/queues")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.queues[*].name")
			.isEqualTo(List.of("later", "worked"))
			.jsonPath("$.queues[0].available")
			.isEqualTo(2)
			.jsonPath("$.queues[1].available")
			.isEqualTo(0)
			.jsonPath("$.queues[1].oldestAge")
			.doesNotExist();
		application.get("/queues/later")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("later")
			.jsonPath("$.available")
			.isEqualTo(2)
			.jsonPath("$.paused")
			.isEqualTo(false);
	}

	@Test
	void queueIsPausedAndResumed() {
		application.post("/queues/later/pause").expectStatus().isNoContent();
		application.get("/queues/later").expectBody().jsonPath("$.paused").isEqualTo(true);
		application.post("/queues/later/resume").expectStatus().isNoContent();
		application.get("/queues/later").expectStatus().isNotFound();
	}

	@Test
	void nodesAreListed() {
		application.get("/nodes")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.nodes.length()")
			.isEqualTo(1)
			.jsonPath("$.nodes[0].name")
			.isEqualTo("node-of-the-test")
			.jsonPath("$.nodes[0].queues")
			.isEqualTo(List.of("worked"))
			.jsonPath("$.nodes[0].seenAt")
			.isNotEmpty()
			.jsonPath("$.nodes[0].jobs")
			.isEqualTo(List.of());
	}

	@Test
	void jobsAreFoundByFilter() {
		JobId failed = fail();
		enqueueLater(1);
		for (String query : List.of("?state=failed", "?state=Failed,cancelled", "?queue=worked", "?handler=fail",
				"?state=failed&queue=worked&handler=fail&createdFrom=2020-01-01T00:00:00Z"
						+ "&createdBefore=2100-01-01T00:00:00Z&limit=10")) {
			application.get("/jobs" + query)
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.jobs.length()")
				.isEqualTo(1)
				.jsonPath("$.jobs[0].id")
				.isEqualTo((int) failed.value())
				.jsonPath("$.jobs[0].state")
				.isEqualTo("FAILED")
				.jsonPath("$.jobs[0].lastFailure")
				.isEqualTo("java.lang.IllegalStateException: It failed")
				.jsonPath("$.jobs[0].arguments")
				.doesNotExist()
				.jsonPath("$.next")
				.doesNotExist();
		}
		application.get("/jobs?createdBefore=2020-01-01T00:00:00Z")
			.expectBody()
			.jsonPath("$.jobs.length()")
			.isEqualTo(0);
	}

	@Test
	void pagesFollowEachOther() {
		List<Integer> ids = enqueueLater(5).stream()
			.sorted(Comparator.reverseOrder())
			.map((id) -> (int) id.value())
			.toList();
		application.get("/jobs?limit=2")
			.expectBody()
			.jsonPath("$.jobs[*].id")
			.isEqualTo(ids.subList(0, 2))
			.jsonPath("$.next")
			.isEqualTo(ids.get(1));
		application.get("/jobs?limit=2&before={next}", ids.get(1))
			.expectBody()
			.jsonPath("$.jobs[*].id")
			.isEqualTo(ids.subList(2, 4))
			.jsonPath("$.next")
			.isEqualTo(ids.get(3));
		application.get("/jobs?limit=2&before={next}", ids.get(3))
			.expectBody()
			.jsonPath("$.jobs[*].id")
			.isEqualTo(ids.subList(4, 5))
			.jsonPath("$.next")
			.doesNotExist();
	}

	@Test
	void jobHasItsAttempts() {
		JobId id = fail();
		application.get("/jobs/{id}", id)
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.id")
			.isEqualTo((int) id.value())
			.jsonPath("$.handler")
			.isEqualTo("fail")
			.jsonPath("$.queue")
			.isEqualTo("worked")
			.jsonPath("$.state")
			.isEqualTo("FAILED")
			.jsonPath("$.attempt")
			.isEqualTo(1)
			.jsonPath("$.maxAttempts")
			.isEqualTo(1)
			.jsonPath("$.createdAt")
			.isNotEmpty()
			.jsonPath("$.finishedAt")
			.isNotEmpty()
			.jsonPath("$.node")
			.isNumber()
			.jsonPath("$.arguments")
			.isEqualTo(List.of())
			.jsonPath("$.failures.length()")
			.isEqualTo(1)
			.jsonPath("$.failures[0].attempt")
			.isEqualTo(1)
			.jsonPath("$.failures[0].type")
			.isEqualTo("java.lang.IllegalStateException")
			.jsonPath("$.failures[0].message")
			.isEqualTo("It failed")
			.jsonPath("$.failures[0].stackTrace")
			.isNotEmpty();
	}

	@Test
	void valuesAreShownAsFarAsTheApplicationDoesNotHideThem() {
		JobId id = application.jobs().job("echo", ACCOUNT, 7).header("X-Token", "t").header("tenant", "blue").enqueue();
		until(() -> application.admin().get(id).state() == JobState.SUCCEEDED);
		application.get("/jobs/{id}", id)
			.expectBody()
			.jsonPath("$.arguments[0].name")
			.isEqualTo("jo")
			.jsonPath("$.arguments[0].password")
			.isEqualTo("******")
			.jsonPath("$.arguments[1]")
			.isEqualTo(7)
			.jsonPath("$.headers.tenant")
			.isEqualTo("blue")
			.jsonPath("$.headers.X-Token")
			.isEqualTo("******")
			.jsonPath("$.result.name")
			.isEqualTo("jo")
			.jsonPath("$.result.password")
			.isEqualTo("******");
	}

	@Test
	void jobIsExplained() {
		JobId id = application.jobs()
			.job("echo", ACCOUNT, 1)
			.queue("later")
			.concurrencyKey("jo@shop.example", 1)
			.enqueue();
		application.admin().pause("later");
		application.get("/jobs/{id}/explain", id)
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.id")
			.isEqualTo((int) id.value())
			.jsonPath("$.state")
			.isEqualTo("AVAILABLE")
			.jsonPath("$.reasons[0].kind")
			.isEqualTo("QUEUE_PAUSED")
			.jsonPath("$.reasons[0].text")
			.isEqualTo("Its queue 'later' is paused.")
			.jsonPath("$.reasons[0].data.queue")
			.isEqualTo("later")
			.jsonPath("$.text")
			.value(new ParameterizedTypeReference<String>() {
			}, (text) -> assertThat(text).startsWith("Its queue 'later' is paused. No node takes jobs"));
	}

	@Test
	void jobHasItsLimitsAndDeadline() {
		JobId id = application.jobs()
			.job("echo", ACCOUNT, 1)
			.queue("later")
			.concurrencyKey("acme", JobLimit.rate(RateLimit.parse("100/s, burst 5")))
			.deadline(Duration.ofHours(1))
			.enqueue();
		application.get("/jobs/{id}", id)
			.expectBody()
			.jsonPath("$.deadline")
			.isNotEmpty()
			.jsonPath("$.limits.key")
			.isEqualTo("acme")
			.jsonPath("$.limits.ofKey.rate.permits")
			.isEqualTo(100)
			.jsonPath("$.limits.ofKey.rate.burst")
			.isEqualTo(5)
			.jsonPath("$.limits.keyHeldOnRetry")
			.isEqualTo(false)
			.jsonPath("$.limits.ofHandler")
			.doesNotExist();
		application.get("/jobs/{id}", enqueueLater(1).get(0))
			.expectBody()
			.jsonPath("$.deadline")
			.doesNotExist()
			.jsonPath("$.limits")
			.doesNotExist();
	}

	@Test
	void recurringJobsAreListedAndTriggered() {
		until(() -> application.recurringJobs().find("yearly").isPresent());
		application.get("/recurring")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.recurring[*].name")
			.isEqualTo(List.of("yearly"));
		application.post("/recurring/yearly/pause").expectStatus().isNoContent();
		application.get("/recurring/yearly")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.handler")
			.isEqualTo("yearly")
			.jsonPath("$.queue")
			.isEqualTo("worked")
			.jsonPath("$.cron")
			.isEqualTo("0 0 6 29 2 *")
			.jsonPath("$.zone")
			.isEqualTo("Europe/Berlin")
			.jsonPath("$.every")
			.doesNotExist()
			.jsonPath("$.misfire")
			.isEqualTo("ONCE")
			.jsonPath("$.overlap")
			.isEqualTo("ALLOW")
			.jsonPath("$.paused")
			.isEqualTo(true)
			.jsonPath("$.nextAt")
			.doesNotExist();
		application.post("/recurring/yearly/resume").expectStatus().isNoContent();
		application.get("/recurring/yearly").expectBody().jsonPath("$.nextAt").isNotEmpty();
		application.post("/recurring/yearly/trigger").expectStatus().isOk().expectBody().jsonPath("$.job").isNumber();
		JobId triggered = application.recurringJobs().find("yearly").orElseThrow().lastJob();
		application.get("/recurring/yearly").expectBody().jsonPath("$.lastJob").isEqualTo((int) triggered.value());
		until(() -> application.admin().get(triggered).state() == JobState.SUCCEEDED);
	}

	@Test
	void failedJobIsRetriedOnce() {
		JobId id = fail();
		application.admin().pause("worked");
		try {
			application.post("/jobs/{id}/retry", id)
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.id")
				.isEqualTo((int) id.value())
				.jsonPath("$.changed")
				.isEqualTo(true)
				.jsonPath("$.state")
				.isEqualTo("AVAILABLE");
			application.post("/jobs/{id}/retry", id)
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.changed")
				.isEqualTo(false)
				.jsonPath("$.state")
				.isEqualTo("AVAILABLE");
		}
		finally {
			application.admin().resume("worked");
		}
		until(() -> application.admin().get(id).failures().size() == 2);
	}

	@Test
	void waitingJobIsCancelledAndDeleted() {
		JobId id = enqueueLater(1).get(0);
		application.post("/jobs/{id}/cancel", id)
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.changed")
			.isEqualTo(true)
			.jsonPath("$.state")
			.isEqualTo("CANCELLED");
		application.delete("/jobs/{id}", id)
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.changed")
			.isEqualTo(true)
			.jsonPath("$.state")
			.doesNotExist();
		application.get("/jobs/{id}", id).expectStatus().isNotFound();
	}

	@Test
	void jobsAreChangedByFilterAPageAtATime() {
		List<JobId> ids = enqueueLater(3);
		JobId other = application.jobs().job("echo", ACCOUNT, 1).queue("other").enqueue();
		application.postJson("/jobs/cancel", "{\"state\": \"available\", \"queue\": \"later\", \"limit\": 2}")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.found")
			.isEqualTo(2)
			.jsonPath("$.changed")
			.isEqualTo(2)
			.jsonPath("$.next")
			.isEqualTo((int) ids.get(1).value());
		application.postJson("/jobs/retry", "{\"state\": \"cancelled\"}")
			.expectBody()
			.jsonPath("$.found")
			.isEqualTo(2)
			.jsonPath("$.changed")
			.isEqualTo(2)
			.jsonPath("$.next")
			.doesNotExist();
		application.delete("/jobs?state=available&queue=later&before={first}", ids.get(2))
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.changed")
			.isEqualTo(2);
		assertThat(application.admin().find(JobFilter.all(), null, 10)).extracting((job) -> job.id())
			.containsExactly(other, ids.get(2));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			/jobs/first                  | Not a job id: 'first'. A job id is a positive number
			/jobs?state=done             | Not a state of a job: 'done'. States are [BLOCKED
			/jobs?limit=many             | 'limit' must be from 1 to 1000, not 'many'
			/jobs?limit=1001             | 'limit' must be from 1 to 1000, not '1001'
			/jobs?before=0               | Not a job id: '0'
			/jobs?createdFrom=yesterday  | Not a time for 'createdFrom': 'yesterday'. Write it as 2026-01-31T12:00:00Z
			/jobs/first/explain          | Not a job id: 'first'
			/recurring/a*b               | Not a valid name of a recurring job: 'a*b'
			/jobs?queue=a*b              | Not a valid queue name: 'a*b'
			""")
	void whatCannotBeReadIsABadRequest(String path, String message) {
		EndpointApplication.expectBadRequest(application.get(path), message);
	}

	@Test
	void nothingIsDoneWithJobsOfAnyState() {
		enqueueLater(1);
		application.delete("/jobs?queue=later")
			.expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.message")
			.isEqualTo("Say by 'state' which jobs to delete; further filters are optional");
		application.postJson("/jobs/cancel", "{}").expectStatus().isBadRequest();
		application.get("/jobs").expectBody().jsonPath("$.jobs.length()").isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/jobs/4711", "/queues/nowhere", "/cellar", "/cellar/door", "/jobs/4711/explain",
			"/jobs/4711/why", "/recurring/nowhere" })
	void whatDoesNotExistIsNotFound(String path) {
		application.get(path).expectStatus().isNotFound().expectBody().jsonPath("$.message").isNotEmpty();
	}

	@Test
	void nothingCanBeDoneWithWhatDoesNotExist() {
		application.post("/jobs/4711/retry")
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.message")
			.isEqualTo("There is no job with id 4711: it was deleted, or it finished longer ago than its retention");
		application.delete("/jobs/4711").expectStatus().isNotFound();
		application.post("/recurring/nowhere/trigger")
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.message")
			.isEqualTo("There is no recurring job 'nowhere'");
		application.post("/recurring/nowhere/pause").expectStatus().isNotFound();
		application.post("/recurring/nowhere/resume").expectStatus().isNotFound();
		application.post("/recurring/yearly/explode").expectStatus().isNotFound();
		application.post("/jobs/4711/explode").expectStatus().isNotFound();
		application.postJson("/jobs/explode", "{\"state\": \"failed\"}").expectStatus().isNotFound();
		application.delete("/queues/later").expectStatus().isNotFound();
		application.delete("/queues?state=failed").expectStatus().isNotFound();
		application.post("/queues/a*b/pause").expectStatus().isBadRequest();
	}

	@Test
	void limitIsSetAndReset() {
		application.postJson("/limits/later", "{\"maxConcurrent\": 2, \"rate\": \"100/s, burst 5\"}")
			.expectStatus()
			.isNoContent();
		application.postJson("/limits/later", "{\"handler\": \"echo\", \"scope\": \"key\", \"maxConcurrent\": 1}")
			.expectStatus()
			.isNoContent();
		application.get("/limits")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.limits[*].scope")
			.isEqualTo(List.of("QUEUE", "KEY"))
			.jsonPath("$.limits[0].queue")
			.isEqualTo("later")
			.jsonPath("$.limits[0].maxConcurrent")
			.isEqualTo(2)
			.jsonPath("$.limits[0].rate.permits")
			.isEqualTo(100)
			.jsonPath("$.limits[0].rate.burst")
			.isEqualTo(5)
			.jsonPath("$.limits[1].handler")
			.isEqualTo("echo");
		application.delete("/limits/later").expectStatus().isNoContent();
		application.delete("/limits/later?handler=echo&scope=key").expectStatus().isNoContent();
		assertThat(application.admin().limits()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"maxConcurrent\": 0}", "{\"maxConcurrent\": \"many\"}", "{\"rate\": \"fast\"}",
			"{\"scope\": \"key\", \"maxConcurrent\": 1}", "{\"scope\": \"planet\", \"maxConcurrent\": 1}" })
	void limitThatIsNoneIsABadRequest(String body) {
		application.postJson("/limits/later", body)
			.expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.message")
			.isNotEmpty();
	}

	private static void until(Callable<Boolean> condition) {
		await().atMost(Duration.ofMinutes(1)).until(condition);
	}

	private static JobId fail() {
		JobId id = application.jobs().enqueue("fail");
		until(() -> application.admin().get(id).state() == JobState.FAILED);
		return id;
	}

	private static List<JobId> enqueueLater(int count) {
		List<JobId> ids = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			ids.add(application.jobs().job("echo", ACCOUNT, i).queue("later").enqueue());
		}
		return ids;
	}

}
