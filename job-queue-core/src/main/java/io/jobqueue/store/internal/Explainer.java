package io.jobqueue.store.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobCount;
import io.jobqueue.JobExplanation;
import io.jobqueue.JobExplanation.Kind;
import io.jobqueue.JobExplanation.Reason;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.NodeStatus;

/**
 * Says why a job is not running, from what a store knows about it.
 */
public final class Explainer {

	/**
	 * How many of the jobs that hold a limit are named.
	 */
	public static final int MAX_HOLDERS = 20;

	/**
	 * How far the jobs that come first are counted.
	 */
	public static final int MAX_AHEAD = 1000;

	private final Facts facts;

	private final JobRecord job;

	private final List<Reason> reasons = new ArrayList<>();

	private Explainer(Facts facts) {
		this.facts = facts;
		this.job = facts.job();
	}

	/**
	 * Explain a job.
	 * @param facts what is known about it
	 * @return the reasons
	 */
	public static JobExplanation explain(Facts facts) {
		Explainer explainer = new Explainer(facts);
		explainer.explain();
		return new JobExplanation(facts.job().id(), facts.job().state(), explainer.reasons);
	}

	private void explain() {
		if (this.facts.isCancelRequested()) {
			add(Kind.CANCEL_REQUESTED, "Its cancellation was asked for.", Map.of());
		}
		switch (this.job.state()) {
			case SUCCEEDED, FAILED, CANCELLED -> explainFinished();
			case RUNNING -> explainRunning();
			case BLOCKED -> add(Kind.BLOCKED, "It waits for other jobs of its workflow.", Map.of());
			case SCHEDULED -> {
				explainSchedule();
				explainQueue();
			}
			case AVAILABLE -> {
				explainQueue();
				explainLimits();
				explainLine();
			}
		}
	}

	private void explainFinished() {
		Map<String, Object> data = new HashMap<>();
		data.put("state", this.job.state());
		data.put("attempt", this.job.attempt());
		putIfKnown(data, "finishedAt", this.job.finishedAt());
		String end = switch (this.job.state()) {
			case SUCCEEDED -> "It has succeeded";
			case FAILED -> "It has failed for good";
			default -> "It was cancelled";
		};
		add(Kind.FINISHED, end + ((this.job.finishedAt() != null) ? ", at " + this.job.finishedAt() : "") + ".", data);
	}

	private void explainRunning() {
		Map<String, Object> data = new HashMap<>();
		String where = "";
		Long id = this.job.node();
		if (id != null) {
			String name = this.facts.nodes()
				.stream()
				.filter((node) -> node.id() == id)
				.map(NodeStatus::name)
				.findFirst()
				.orElse(null);
			data.put("node", id);
			putIfKnown(data, "nodeName", name);
			where = " on node " + id + ((name != null) ? " (" + name + ")" : "");
		}
		Instant since = this.facts.since();
		putIfKnown(data, "since", since);
		add(Kind.RUNNING, "It is running" + where + ((since != null) ? " since " + since : "") + ".", data);
	}

	private void explainSchedule() {
		Instant until = this.job.runAt();
		if (this.job.isRetry()) {
			add(Kind.WAITS_FOR_RETRY,
					"Attempt " + this.job.attempt() + " has failed, and the next one is due at " + until + ".",
					Map.of("until", until, "attempt", this.job.attempt()));
		}
		else {
			add(Kind.NOT_DUE, "It is not due until " + until + ".", Map.of("until", until));
		}
	}

	private void explainQueue() {
		String queue = this.job.queue();
		if (this.facts.isPaused()) {
			add(Kind.QUEUE_PAUSED, "Its queue '" + queue + "' is paused.", Map.of("queue", queue));
		}
		List<NodeStatus> nodes = this.facts.nodes().stream().filter((node) -> node.queues().contains(queue)).toList();
		if (nodes.isEmpty()) {
			add(Kind.QUEUE_NOT_WORKED, "No node takes jobs from its queue '" + queue + "'.", Map.of("queue", queue));
		}
		else if (nodes.stream().noneMatch((node) -> mayHave(node, this.job.handler()))) {
			add(Kind.HANDLER_UNKNOWN, "No node that takes jobs from its queue '" + queue + "' has the handler '"
					+ this.job.handler() + "'.", Map.of("queue", queue, "handler", this.job.handler()));
		}
	}

	private static boolean mayHave(NodeStatus node, String handler) {
		return node.handlers() == null || node.handlers().contains(handler);
	}

	private void explainLimits() {
		Gate gate = this.facts.gate();
		if (gate != null) {
			String what = (gate.isOfKey() ? "concurrency key '" : "handler '") + gate.name() + "'";
			add(gate.isOfKey() ? Kind.KEY_LIMITED : Kind.HANDLER_LIMITED, "It waits for the limit of its " + what
					+ (gate.holders().isEmpty() ? "." : ", which these jobs have passed: " + gate.holders() + "."),
					Map.of(gate.isOfKey() ? "key" : "handler", gate.name(), "jobs", gate.holders()));
		}
		JobLimit limit = this.facts.queueLimit();
		if (limit != null && !limit.isNone()) {
			Map<String, Object> data = new HashMap<>(Map.of("queue", this.job.queue()));
			putIfKnown(data, "maxConcurrent", limit.maxConcurrent());
			putIfKnown(data, "rate", (limit.rate() != null) ? limit.rate().toString() : null);
			add(Kind.QUEUE_LIMITED, "Its queue has a limit on all nodes together, which may be reached.", data);
		}
	}

	private void explainLine() {
		if (this.job.abandonments() > 0) {
			add(Kind.ABANDONED,
					this.job.abandonments() + " nodes died in a row while they held it, so it is only taken alone.",
					Map.of("abandonments", this.job.abandonments()));
		}
		else if (this.facts.gate() == null && this.facts.ahead().jobs() > 0) {
			add(Kind.BEHIND_OTHERS, this.facts.ahead() + " jobs of its queue come first.",
					Map.of("jobs", this.facts.ahead().jobs(), "isExact", this.facts.ahead().isExact()));
		}
		if (this.reasons.isEmpty()) {
			add(Kind.NEXT, "It is the next of its queue, as soon as a thread is free.", Map.of());
		}
	}

	private void add(Kind kind, String text, Map<String, Object> data) {
		this.reasons.add(new Reason(kind, text, data));
	}

	private static void putIfKnown(Map<String, Object> data, String name, @Nullable Object value) {
		if (value != null) {
			data.put(name, value);
		}
	}

	/**
	 * What a store knows about a job.
	 *
	 * @param job the job
	 * @param isPaused whether its queue is paused
	 * @param isCancelRequested whether somebody wants to cancel it
	 * @param since when it was leased, if it is and that is known
	 * @param ahead how many jobs of its queue come first
	 * @param nodes the nodes that are alive
	 * @param gate the limit that it waits for, if any
	 * @param queueLimit the limit of its queue, if any
	 */
	public record Facts(JobRecord job, boolean isPaused, boolean isCancelRequested, @Nullable Instant since,
			JobCount ahead, List<NodeStatus> nodes, @Nullable Gate gate, @Nullable JobLimit queueLimit) {

		/**
		 * Return what is known about a finished job.
		 * @param job the job
		 * @return the facts
		 */
		public static Facts ofFinished(JobRecord job) {
			return new Facts(job, false, false, null, new JobCount(0, true), List.of(), null, null);
		}

		/**
		 * Return whether a job is finished, so that there is nothing more to know.
		 * @param job the job
		 * @return {@code true} if it has ended, and is not just about to
		 */
		public static boolean isAll(JobRecord job) {
			return job.state().isFinished() && (job.finishedAt() != null || job.state() != JobState.CANCELLED);
		}

	}

	/**
	 * A limit that a job waits for.
	 *
	 * @param isOfKey whether it is that of its key; otherwise that of its handler
	 * @param name the key or the handler
	 * @param holders some of the jobs that have passed it and not ended
	 */
	public record Gate(boolean isOfKey, String name, List<JobId> holders) {
	}

}
