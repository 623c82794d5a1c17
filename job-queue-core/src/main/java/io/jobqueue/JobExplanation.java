package io.jobqueue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Why a job is not running, or what else has become of it, as words and as data.
 *
 * @param id the job
 * @param state where it is in its life
 * @param reasons all that keeps it from running, the most important first; never empty
 * @since 0.1.0
 */
public record JobExplanation(JobId id, JobState state, List<Reason> reasons) {

	/**
	 * Create an explanation.
	 */
	public JobExplanation {
		reasons = List.copyOf(reasons);
	}

	/**
	 * Return all reasons in words.
	 * @return some sentences
	 */
	public String text() {
		return this.reasons.stream().map(Reason::text).collect(Collectors.joining(" "));
	}

	/**
	 * Return whether a reason is among these.
	 * @param kind the kind of reason
	 * @return {@code true} if it is
	 */
	public boolean has(Kind kind) {
		return this.reasons.stream().anyMatch((reason) -> reason.kind() == kind);
	}

	/**
	 * What can keep a job from running. There may be more kinds one day.
	 */
	public enum Kind {

		/** It has ended. Data: {@code state}, {@code finishedAt}, {@code attempt}. */
		FINISHED,

		/**
		 * It does run, or is about to. Data: {@code node}, {@code nodeName},
		 * {@code since}, as far as they are known.
		 */
		RUNNING,

		/** Somebody has asked for its cancellation. */
		CANCEL_REQUESTED,

		/** Its time has not come. Data: {@code until}. */
		NOT_DUE,

		/**
		 * It failed, and its next attempt is later. Data: {@code until}, {@code attempt}.
		 */
		WAITS_FOR_RETRY,

		/** It waits for other jobs of its workflow. */
		BLOCKED,

		/** Somebody has paused its queue. Data: {@code queue}. */
		QUEUE_PAUSED,

		/** No node takes jobs from its queue. Data: {@code queue}. */
		QUEUE_NOT_WORKED,

		/**
		 * No node that takes jobs from its queue has its handler. Data: {@code handler},
		 * {@code queue}.
		 */
		HANDLER_UNKNOWN,

		/**
		 * As many jobs with its concurrency key run as may, or their rate is used up.
		 * Data: {@code key}, {@code jobs} (up to 20 of those that hold it).
		 */
		KEY_LIMITED,

		/**
		 * As many jobs of its handler run as may, or their rate is used up. Data:
		 * {@code handler}, {@code jobs} (up to 20 of those that hold it).
		 */
		HANDLER_LIMITED,

		/**
		 * Its queue has a limit on all nodes, which may be reached. Data: {@code queue},
		 * {@code maxConcurrent}, {@code rate}, as far as they are set.
		 */
		QUEUE_LIMITED,

		/**
		 * Nodes died while they held it, so it is only taken alone. Data:
		 * {@code abandonments}.
		 */
		ABANDONED,

		/**
		 * Others of its queue come first. Data: {@code jobs} (their number),
		 * {@code isExact}.
		 */
		BEHIND_OTHERS,

		/** Nothing but a free thread. */
		NEXT

	}

	/**
	 * One reason.
	 *
	 * @param kind the kind of reason, which says what the data are
	 * @param text the reason in words
	 * @param data the reason as data: instants, numbers, texts, and lists of ids
	 */
	public record Reason(Kind kind, String text, Map<String, Object> data) {

		/**
		 * Create a reason.
		 */
		public Reason {
			data = Map.copyOf(data);
		}

	}

}
