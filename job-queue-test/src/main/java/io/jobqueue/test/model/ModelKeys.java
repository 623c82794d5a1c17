package io.jobqueue.test.model;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.UniqueScope;

/**
 * The unique keys of a model, each with the job that got it last.
 */
final class ModelKeys {

	private final Map<String, Holder> holders = new TreeMap<>();

	private final JobStoreModel model;

	ModelKeys(JobStoreModel model) {
		this.model = model;
	}

	/**
	 * Return who holds a key.
	 */
	@Nullable ModelJob holder(String queue, String key) {
		Holder holder = this.holders.get(queue + key);
		if (holder == null) {
			return null;
		}
		ModelJob job = holder.job();
		boolean exists = this.model.find(job.id) != null;
		boolean holds = switch (holder.scope()) {
			case WHILE_WAITING -> exists && job.isWaiting();
			case UNTIL_FINISHED -> exists && job.end == null;
			case FOR_DURATION -> holder.until() > this.model.now();
		};
		return holds ? job : null;
	}

	/**
	 * Let a job hold a key that is free.
	 */
	void take(String queue, String key, ModelJob job, UniqueScope scope, long minutes) {
		this.holders.put(queue + key, new Holder(job, scope, this.model.now() + minutes));
	}

	/**
	 * Free the key of a job that ended otherwise than well, if it was for a duration.
	 */
	void endDuration(ModelJob job) {
		this.holders.values()
			.removeIf((holder) -> holder.job().equals(job) && holder.scope() == UniqueScope.FOR_DURATION);
	}

	/**
	 * Who got a key last.
	 */
	private record Holder(ModelJob job, UniqueScope scope, long until) {
	}

}
