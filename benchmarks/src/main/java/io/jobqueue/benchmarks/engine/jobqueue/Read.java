package io.jobqueue.benchmarks.engine.jobqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobState;

/**
 * A question that people ask of a queue.
 *
 * @param name what is asked
 * @param question asks it, and returns the answer
 */
public record Read(String name, Function<Contents, Object> question) {

	private static final int PAGE = 50;

	private static final int COUNT = 1000;

	/**
	 * Return all questions.
	 * @return the questions, in the order in which they are asked
	 */
	public static List<Read> all() {
		List<Read> reads = new ArrayList<>();
		addJobs(reads);
		filters().forEach((name, filter) -> addSearches(reads, name, filter));
		addQueues(reads);
		EndpointReads.addTo(reads);
		return reads;
	}

	private static void addJobs(List<Read> reads) {
		Map<String, Function<Contents, Jobs>> kinds = new LinkedHashMap<>();
		kinds.put("waiting", Contents::waiting);
		kinds.put("behind a key", Contents::keyed);
		kinds.put("scheduled", Contents::scheduled);
		kinds.put("running", Contents::running);
		kinds.put("finished", Contents::finished);
		kinds.forEach((name, kind) -> reads
			.add(new Read("find: " + name, (contents) -> contents.admin().get(kind.apply(contents).any()))));
		kinds.forEach((name, kind) -> reads
			.add(new Read("explain: " + name, (contents) -> contents.admin().explain(kind.apply(contents).any()))));
		reads.add(
				new Read("explain: last in line", (contents) -> contents.admin().explain(contents.waiting().newest())));
	}

	private static Map<String, UnaryOperator<JobFilter>> filters() {
		Map<String, UnaryOperator<JobFilter>> filters = new LinkedHashMap<>();
		filters.put("all", (all) -> all);
		for (JobState state : List.of(JobState.AVAILABLE, JobState.SCHEDULED, JobState.RUNNING, JobState.SUCCEEDED,
				JobState.FAILED, JobState.CANCELLED)) {
			filters.put(state.toString().toLowerCase(Locale.ROOT), (all) -> JobFilter.in(state));
		}
		filters.put("unfinished", (all) -> JobFilter.in(JobState.AVAILABLE, JobState.SCHEDULED, JobState.RUNNING));
		filters.put("queue", (all) -> all.queue(Contents.LARGE_QUEUE));
		filters.put("queue, available", (all) -> JobFilter.in(JobState.AVAILABLE).queue(Contents.LARGE_QUEUE));
		filters.put("queue, failed", (all) -> JobFilter.in(JobState.FAILED).queue(Contents.LARGE_QUEUE));
		filters.put("small queue", (all) -> all.queue(Contents.SMALL_QUEUE));
		filters.put("no such queue", (all) -> all.queue("none"));
		filters.put("handler", (all) -> all.handler(Contents.USUAL_HANDLER));
		filters.put("handler, failed", (all) -> JobFilter.in(JobState.FAILED).handler(Contents.USUAL_HANDLER));
		filters.put("rare handler", (all) -> all.handler(Contents.RARE_HANDLER));
		filters.put("no such handler", (all) -> all.handler("none"));
		filters.put("no such handler, available", (all) -> JobFilter.in(JobState.AVAILABLE).handler("none"));
		filters.put("no such handler, queue", (all) -> all.queue(Contents.LARGE_QUEUE).handler("none"));
		filters.put("header", (all) -> all.header(Contents.HEADER, "7"));
		filters.put("no such header", (all) -> all.header(Contents.HEADER, "none"));
		filters.put("created today", (all) -> all.created(Instant.now().minus(Duration.ofDays(1)), null));
		filters.put("created long ago", (all) -> all.created(null, Instant.now().minus(Duration.ofDays(1))));
		filters.put("due later", (all) -> all.due(Instant.now().plus(Duration.ofHours(12)), null));
		filters.put("due later, scheduled",
				(all) -> JobFilter.in(JobState.SCHEDULED).due(Instant.now().plus(Duration.ofHours(12)), null));
		filters.put("ended today", (all) -> all.finished(Instant.now().minus(Duration.ofDays(1)), null));
		filters.put("ended long ago", (all) -> all.finished(null, Instant.now().minus(Duration.ofDays(1))));
		return filters;
	}

	private static void addSearches(List<Read> reads, String name, UnaryOperator<JobFilter> filter) {
		reads.add(new Read("page: " + name,
				(contents) -> contents.admin().page(filter.apply(JobFilter.all()), null, PAGE)));
		reads.add(new Read("page from the middle: " + name,
				(contents) -> contents.admin().page(filter.apply(JobFilter.all()), contents.waiting().any(), PAGE)));
		reads.add(
				new Read("count: " + name, (contents) -> contents.admin().count(filter.apply(JobFilter.all()), COUNT)));
	}

	private static void addQueues(List<Read> reads) {
		reads.add(new Read("page of 1,000: all",
				(contents) -> contents.admin().page(JobFilter.all(), null, JobAdmin.MAX_PAGE_SIZE)));
		reads.add(new Read("count up to 10,000: all",
				(contents) -> contents.admin().count(JobFilter.all(), JobAdmin.MAX_COUNT)));
		reads.add(new Read("queues", (contents) -> contents.admin().queues()));
		reads.add(new Read("nodes", (contents) -> contents.admin().nodes()));
		reads.add(new Read("held", (contents) -> contents.admin().held(contents.node(), PAGE)));
		reads.add(new Read("limits", (contents) -> contents.admin().limits()));
		reads.add(new Read("count by state, which scans", (contents) -> contents.admin().countByState()));
	}

}
