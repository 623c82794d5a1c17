package io.jobqueue.benchmarks.engine.jobqueue;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is read at the endpoint, without the way there and back: the answer as JSON.
 */
final class EndpointReads {

	private static final JsonMapper MAPPER = new JsonMapper();

	private EndpointReads() {
	}

	static void addTo(List<Read> reads) {
		add(reads, "", (contents) -> contents.overview().overview());
		add(reads, "queues", (contents) -> contents.endpoint().queues());
		add(reads, "queues/{name}", (contents) -> contents.endpoint().queue(Contents.LARGE_QUEUE));
		add(reads, "jobs", (contents) -> jobs(contents, null, null, null, null));
		add(reads, "jobs?before=", (contents) -> jobs(contents, null, null, null, contents.waiting().any().toString()));
		add(reads, "jobs?state=available", (contents) -> jobs(contents, "available", null, null, null));
		add(reads, "jobs?state=failed", (contents) -> jobs(contents, "failed", null, null, null));
		add(reads, "jobs?queue=", (contents) -> jobs(contents, null, Contents.LARGE_QUEUE, null, null));
		add(reads, "jobs?handler=", (contents) -> jobs(contents, null, null, Contents.USUAL_HANDLER, null));
		add(reads, "jobs?handler=none", (contents) -> jobs(contents, null, null, "none", null));
		add(reads, "jobs?limit=1000",
				(contents) -> contents.endpoint().jobs(null, null, null, null, null, null, "1000"));
		add(reads, "jobs/{id}", (contents) -> contents.endpoint().job(contents.waiting().any().toString()));
		add(reads, "jobs/{id}/explain",
				(contents) -> contents.endpoint().explainJob(contents.waiting().any().toString()));
		add(reads, "recurring", (contents) -> contents.endpoint().recurringJobs());
		add(reads, "workflows", (contents) -> contents.endpoint().workflows(null, null, null));
		add(reads, "workflows/{id}", (contents) -> contents.endpoint().workflow(contents.workflow()));
		add(reads, "limits", (contents) -> contents.endpoint().limits());
		add(reads, "nodes", (contents) -> contents.endpoint().nodes());
	}

	private static Object jobs(Contents contents, @Nullable String state, @Nullable String queue,
			@Nullable String handler, @Nullable String before) {
		return contents.endpoint().jobs(state, queue, handler, null, null, before, null);
	}

	private static void add(List<Read> reads, String path, Function<Contents, Object> operation) {
		reads.add(new Read("endpoint: /" + path, operation.andThen(MAPPER::writeValueAsBytes)));
	}

}
