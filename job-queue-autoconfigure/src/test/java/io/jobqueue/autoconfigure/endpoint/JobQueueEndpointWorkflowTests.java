package io.jobqueue.autoconfigure.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ParameterizedTypeReference;

import io.jobqueue.JobFilter;
import io.jobqueue.JobSpec;
import io.jobqueue.JobTemplate;
import io.jobqueue.autoconfigure.endpoint.EndpointApplication.Account;
import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.WorkflowSpec;
import io.jobqueue.workflow.WorkflowState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workflows and batches at the endpoint, with all that it can.
 */
class JobQueueEndpointWorkflowTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static EndpointApplication application;

	@BeforeAll
	static void start() {
		application = new EndpointApplication("management.endpoint.jobqueue.access=unrestricted",
				"management.endpoint.jobqueue.show-values=always");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@AfterEach
	void cancelWorkflows() {
		application.workflows()
			.list(WorkflowState.RUNNING, null, 1000)
			.forEach((status) -> application.workflows().find(status.id()).ifPresent(WorkflowHandle::cancel));
		application.admin().deleteAll(JobFilter.all());
	}

	@Test
	void workflowHasItsTasksWithoutTheirValues() {
		WorkflowHandle workflow = fail();
		application.get("/workflows/{id}", workflow.id())
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.id")
			.isEqualTo(workflow.id().value())
			.jsonPath("$.name")
			.isEqualTo("doomed")
			.jsonPath("$.state")
			.isEqualTo("FAILED")
			.jsonPath("$.createdAt")
			.isNotEmpty()
			.jsonPath("$.finishedAt")
			.isNotEmpty()
			.jsonPath("$.taskCount")
			.isEqualTo(3)
			.jsonPath("$.finishedTaskCount")
			.isEqualTo(2)
			.jsonPath("$.failedTask")
			.isEqualTo("second")
			.jsonPath("$.failure.type")
			.isEqualTo("java.lang.IllegalStateException")
			.jsonPath("$.failure.message")
			.isEqualTo("It failed")
			.jsonPath("$.tasks[*].name")
			.isEqualTo(List.of("first", "second", "third"))
			.jsonPath("$.tasks[*].state")
			.isEqualTo(List.of("SUCCEEDED", "FAILED", "CANCELLED"))
			.jsonPath("$.tasks[0].handler")
			.isEqualTo("echo")
			.jsonPath("$.tasks[0].queue")
			.isEqualTo("worked")
			.jsonPath("$.tasks[0].job")
			.isNumber()
			.jsonPath("$.tasks[0].finishedAt")
			.isNotEmpty()
			.jsonPath("$.tasks[1].failure.message")
			.isEqualTo("It failed")
			.jsonPath("$.tasks[1].after")
			.isEqualTo(List.of("first"))
			.jsonPath("$.tasks[1].optional")
			.isEqualTo(false)
			.jsonPath("$.tasks[2].job")
			.doesNotExist();
		application.get("/workflows/{id}", workflow.id())
			.expectBody(String.class)
			.value((body) -> assertThat(body).doesNotContain("secret"));
	}

	@Test
	void ofManyTasksTheFirstOnesAreShown() {
		WorkflowSpec spec = application.workflows().define("wide");
		int count = WorkflowSection.MAX_TASKS + 10;
		IntStream.range(0, count).forEach((i) -> spec.task("task-" + i, later()));
		application.get("/workflows/{id}", spec.start().id())
			.expectBody()
			.jsonPath("$.taskCount")
			.isEqualTo(count)
			.jsonPath("$.tasks.length()")
			.isEqualTo(WorkflowSection.MAX_TASKS)
			.jsonPath("$.tasks[0].name")
			.isEqualTo("task-0");
	}

	@Test
	void batchHasItsCounts() {
		JobTemplate jobs = application.jobs();
		Batch batch = application.workflows().batch("post").open();
		batch.add(List.of(jobs.job("echo", new Account("jo", "secret"), 1).request(), jobs.job("fail").request(),
				later().request())
			.stream());
		waiting();
		application.get("/workflows/{id}", batch.id()).expectBody().jsonPath("$.open").isEqualTo(true);
		application.get("/workflows?state=running")
			.expectBody()
			.jsonPath("$.workflows[*].batch")
			.isEqualTo(List.of(false, true));
		batch.close();
		application.admin().cancelAll(JobFilter.all().queue("later"));
		batch.await(PATIENCE);
		application.get("/workflows/{id}", batch.id())
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("post")
			.jsonPath("$.state")
			.isEqualTo("FAILED")
			.jsonPath("$.finishedAt")
			.isNotEmpty()
			.jsonPath("$.open")
			.isEqualTo(false)
			.jsonPath("$.jobs")
			.isEqualTo(3)
			.jsonPath("$.succeeded")
			.isEqualTo(1)
			.jsonPath("$.failed")
			.isEqualTo(1)
			.jsonPath("$.cancelled")
			.isEqualTo(1)
			.jsonPath("$.unfinished")
			.isEqualTo(0)
			.jsonPath("$.tasks")
			.doesNotExist();
	}

	@Test
	void pagesFollowEachOtherAndAreFilteredByState() {
		WorkflowId failed = fail().id();
		List<Long> waiting = IntStream.range(0, 3).mapToObj((i) -> waiting().id().value()).toList();
		application.get("/workflows?state=running&limit=2")
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.workflows[*].id")
			.value(new ParameterizedTypeReference<List<Number>>() {
			}, (ids) -> assertThat(ids).extracting(Number::longValue).containsExactly(waiting.get(2), waiting.get(1)))
			.jsonPath("$.workflows[0].taskCount")
			.isEqualTo(1)
			.jsonPath("$.workflows[0].finishedTaskCount")
			.isEqualTo(0)
			.jsonPath("$.workflows[0].tasks")
			.doesNotExist()
			.jsonPath("$.next")
			.isEqualTo(waiting.get(1));
		application.get("/workflows?state=running&limit=2&before={next}", waiting.get(1))
			.expectBody()
			.jsonPath("$.workflows.length()")
			.isEqualTo(1)
			.jsonPath("$.workflows[0].id")
			.isEqualTo(waiting.get(0))
			.jsonPath("$.next")
			.doesNotExist();
		application.get("/workflows?state=Failed&limit=1")
			.expectBody()
			.jsonPath("$.workflows[0].id")
			.isEqualTo(failed.value())
			.jsonPath("$.workflows[0].failedTask")
			.isEqualTo("second");
	}

	@Test
	void workflowIsCancelledAndRetried() {
		WorkflowHandle workflow = waiting();
		application.post("/workflows/{id}/cancel", workflow.id())
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.id")
			.isEqualTo(workflow.id().value())
			.jsonPath("$.state")
			.isEqualTo("CANCELLED");
		assertThat(workflow.await(PATIENCE).state()).isEqualTo(WorkflowState.CANCELLED);
		application.post("/workflows/{id}/cancel", workflow.id())
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.state")
			.isEqualTo("CANCELLED");
		application.post("/workflows/{id}/retry", workflow.id())
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.state")
			.isEqualTo("RUNNING");
		assertThat(workflow.status().state()).isEqualTo(WorkflowState.RUNNING);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cancel", "retry" })
	void batchIsNeitherCancelledNorRetried(String action) {
		Batch batch = application.workflows().batch("post").open();
		EndpointApplication.expectBadRequest(application.post("/workflows/{id}/{action}", batch.id(), action),
				batch.id() + " is a batch");
		batch.close();
		// Or the next test finds it among those that are running.
		batch.await(PATIENCE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			/workflows/first            | Not a workflow id: 'first'. A workflow id is a whole number other than 0
			/workflows/0                | Not a workflow id: '0'
			/workflows?state=done       | Not a state of a workflow: 'done'. Name one of [RUNNING
			/workflows?state=failed,running | Not a state of a workflow: 'failed,running'
			/workflows?limit=0          | 'limit' must be from 1 to 1000, not '0'
			/workflows?before=yesterday | Not a workflow id: 'yesterday'
			""")
	void whatCannotBeReadIsABadRequest(String path, String message) {
		EndpointApplication.expectBadRequest(application.get(path), message);
	}

	@Test
	void whatDoesNotExistIsNotFound() {
		application.get("/workflows/4711")
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.message")
			.isEqualTo("There is no workflow 4711: it never was, or its retention is over");
		application.post("/workflows/4711/cancel").expectStatus().isNotFound();
		application.post("/workflows/4711/retry").expectStatus().isNotFound();
		application.post("/workflows/{id}/explode", waiting().id()).expectStatus().isNotFound();
		application.get("/workflows/{id}/explain", waiting().id()).expectStatus().isNotFound();
	}

	private static WorkflowHandle fail() {
		JobTemplate jobs = application.jobs();
		WorkflowHandle workflow = application.workflows()
			.define("doomed")
			.input("secret input")
			.task("first", jobs.job("echo", new Account("jo", "secret result"), 1))
			.task("second", jobs.job("fail"))
			.after("first")
			.task("third", jobs.job("fail"))
			.after("second")
			.start();
		assertThat(workflow.await(PATIENCE).state()).isEqualTo(WorkflowState.FAILED);
		return workflow;
	}

	private static WorkflowHandle waiting() {
		return application.workflows().define("patient").task("only", later()).start();
	}

	private static JobSpec later() {
		return application.jobs().job("echo", new Account("jo", "secret"), 1).queue("later");
	}

}
