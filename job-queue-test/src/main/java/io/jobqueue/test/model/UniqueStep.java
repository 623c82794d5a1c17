package io.jobqueue.test.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Enqueue a unique job.
 *
 * @param label its label if there is none with its key
 * @param queue its queue
 * @param key its key
 * @param priority its priority
 * @param dueIn in how many minutes it is due, not positive for at once
 * @param scope for how long it holds the key
 * @param minutes how long if for a duration
 * @param onDuplicate what to do if another one holds the key
 */
record UniqueStep(int label, String queue, String key, int priority, int dueIn, UniqueScope scope, int minutes,
		OnDuplicate onDuplicate) implements Step {

	@Override
	public void perform(ModelRun run) {
		NewJob job = job();
		ModelJob holder = run.model.keys.holder(this.queue, this.key);
		EnqueueResult result;
		try {
			result = run.next().enqueueUnique(List.of(job)).get(0);
		}
		catch (DuplicateJobException ex) {
			assertThat(holder).as("The job that holds the key").isNotNull().extracting("id").isEqualTo(ex.getId());
			assertThat(this.onDuplicate).isEqualTo(OnDuplicate.FAIL);
			return;
		}
		if (holder == null) {
			assertThat(result.kind()).isEqualTo(EnqueueResult.Kind.ENQUEUED);
			assertThat(run.jobs().values()).as("Ids of before").doesNotContain(result.id());
			run.addJob(this.label, result.id());
			run.model.enqueue(this.label, result.id(), job, this.dueIn);
			run.model.keys.take(this.queue, this.key, run.model.get(result.id()), this.scope, this.minutes);
		}
		else {
			assertThat(result)
				.isEqualTo(new EnqueueResult(holder.id, run.model.meet(holder, job, this.dueIn, this.onDuplicate)));
		}
	}

	private NewJob job() {
		Duration duration = (this.scope == UniqueScope.FOR_DURATION) ? Duration.ofMinutes(this.minutes) : null;
		return new NewJob("x", this.queue, this.priority, 3, "[]", Map.of(), delay(), null, null, null, null,
				new UniqueKey(this.key, this.scope, duration, this.onDuplicate));
	}

	private @Nullable Duration delay() {
		return (this.dueIn > 0) ? Duration.ofMinutes(this.dueIn) : null;
	}

	@Override
	public String toString() {
		return "enqueue j" + this.label + " (unique by " + this.key + " " + this.scope + " " + this.minutes + " min or "
				+ this.onDuplicate + ", queue " + this.queue + ", priority " + this.priority + ", in " + this.dueIn
				+ " min)";
	}

}
