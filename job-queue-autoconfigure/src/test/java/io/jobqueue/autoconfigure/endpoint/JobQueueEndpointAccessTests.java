package io.jobqueue.autoconfigure.endpoint;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.autoconfigure.endpoint.EndpointApplication.Account;
import io.jobqueue.workflow.WorkflowId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint by HTTP, as it is without any settings but its exposure.
 */
class JobQueueEndpointAccessTests {

	private static EndpointApplication application;

	private static JobId id;

	private static WorkflowId workflow;

	@BeforeAll
	static void start() {
		application = new EndpointApplication();
		id = application.jobs()
			.job("echo", new Account("jo", "secret"), 7)
			.queue("later")
			.header("a", "b")
			.concurrencyKey("jo@shop.example", 1)
			.enqueue();
		workflow = application.workflows()
			.define("wait")
			.input("secret")
			.task("first", application.jobs().job("echo", new Account("jo", "secret"), 7).queue("never"))
			.start()
			.id();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void reads() {
		for (String path : List.of("", "/queues", "/queues/later", "/nodes", "/limits", "/jobs", "/jobs/" + id,
				"/jobs/" + id + "/explain", "/recurring", "/workflows", "/workflows/" + workflow)) {
			application.get(path).expectStatus().isOk();
		}
	}

	@Test
	void hidesValues() {
		application.get("/jobs/{id}", id)
			.expectBody()
			.jsonPath("$.arguments")
			.isEqualTo(List.of("******", "******"))
			.jsonPath("$.headers.a")
			.isEqualTo("******")
			.jsonPath("$.limits.key")
			.isEqualTo("******")
			.jsonPath("$.result")
			.doesNotExist();
	}

	@Test
	void doesNotShowInputsOfWorkflows() {
		application.get("/workflows/{id}", workflow)
			.expectBody(String.class)
			.value((body) -> assertThat(body).contains("\"first\"").doesNotContain("secret"));
	}

	@Test
	void doesNotWrite() {
		application.post("/workflows/{id}/cancel", workflow).expectStatus().isEqualTo(405);
		application.post("/workflows/{id}/retry", workflow).expectStatus().isEqualTo(405);
		application.get("/workflows/{id}", workflow).expectBody().jsonPath("$.state").isEqualTo("RUNNING");
		application.post("/queues/later/pause").expectStatus().isEqualTo(405);
		application.post("/jobs/{id}/cancel", id).expectStatus().isEqualTo(405);
		application.post("/recurring/yearly/trigger").expectStatus().isEqualTo(405);
		application.postJson("/jobs/cancel", "{\"state\": \"available\"}").expectStatus().isEqualTo(405);
		application.delete("/jobs/{id}", id).expectStatus().isEqualTo(405);
		application.delete("/jobs?state=available").expectStatus().isEqualTo(405);
		application.get("/queues/later")
			.expectBody()
			.jsonPath("$.paused")
			.isEqualTo(false)
			.jsonPath("$.available")
			.isEqualTo(1);
	}

}
