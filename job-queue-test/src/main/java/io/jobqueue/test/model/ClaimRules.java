package io.jobqueue.test.model;

import java.util.List;

import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which jobs a claim may take, and which it must.
 * <p>
 * For every store: a node that does not exist gets nothing, and is told so if it claims.
 * A job is taken only if it waits, is due, its queue is named and not paused, and its
 * handler is not excluded, its priority above what is asked for unless it is a suspect.
 * The jobs come in the order of the queues of the claim, within a queue by descending
 * priority, then by ascending id; not more of a queue than its room, and not more in all
 * than the limit. Where suspects are allowed, one may be taken, and is then the only job;
 * otherwise none is. Each job comes with a lease that it never had before. No queue is
 * contended and no outcome deferred, because nobody else is at work.
 * <p>
 * What must be taken differs. A <em>prompt</em> store takes whatever it may, in that
 * order. Others may <em>overlook</em> jobs for a while, up to their poll interval:
 * <ul>
 * <li>jobs that have become due by the passing of time,</li>
 * <li>jobs that come before others, of the same queue and priority, which were claimed
 * already: they have been leased before, or were not claimable when those were.</li>
 * </ul>
 * A job that must be taken, but was not, is a failure unless its queue has given all that
 * room and limit allow, and only jobs that come before it. A suspect that must be taken
 * is taken first.
 */
final class ClaimRules {

	private final JobStoreModel model;

	private final boolean isPrompt;

	ClaimRules(JobStoreModel model, boolean isPrompt) {
		this.model = model;
		this.isPrompt = isPrompt;
	}

	/**
	 * Check a claim before the model takes note of it.
	 */
	void check(long node, Claim claim, Exchange.Result result) {
		assertThat(result.isContended()).as("Contended, though nobody else claims").isFalse();
		assertThat(result.deferred()).as("Deferred outcomes, though no transaction is open").isEmpty();
		if (claim.isEmpty() || !this.model.isRegistered(node)) {
			assertThat(result.claimed()).as("Claimed by a node that is not registered, or did not ask").isEmpty();
			assertThat(claim.isEmpty() || !result.isNodeAlive()).as("Told that it is not registered").isTrue();
			return;
		}
		assertThat(result.isNodeAlive()).as("Is alive").isTrue();
		result.claimed().forEach((job) -> checkJob(job, claim));
		assertThat(result.claimed()).as("Within the limit").hasSizeLessThanOrEqualTo(claim.limit());
		if (result.claimed().stream().anyMatch(ClaimedJob::isSuspect)) {
			checkSuspect(claim, result.claimed());
			return;
		}
		for (Claim.Room room : claim.queues()) {
			for (ModelJob job : claimable(room, claim)) {
				assertThat(claim.suspects() && job.isSuspect() && mustBeSeen(job)).as("Suspect %s was not taken", job)
					.isFalse();
			}
		}
		checkQueues(claim, result.claimed());
	}

	private void checkJob(ClaimedJob claimed, Claim claim) {
		ModelJob job = this.model.find(claimed.id());
		assertThat(job).as("Job %s was claimed: is it known", claimed.id()).isNotNull();
		if (job == null) {
			return;
		}
		assertThat(job.isWaiting()).as("Claimed job %s was waiting", job).isTrue();
		assertThat(job.due).as("Claimed job %s was due", job).isLessThanOrEqualTo(this.model.now());
		assertThat(this.model.isPaused(job.job.queue())).as("Queue of claimed job %s was paused", job).isFalse();
		assertThat(claim.excludedHandlers()).as("Excluded").doesNotContain(job.job.handler());
		assertThat(job.claims).as("Leases of job %s before", job)
			.noneMatch((before) -> before.lease() == claimed.lease());
		assertThat(List.of(claimed.handler(), claimed.queue(), claimed.priority(), claimed.attempts(),
				claimed.maxAttempts(), claimed.abandonments()))
			.as("Claimed job %s", job)
			.isEqualTo(List.of(job.job.handler(), job.job.queue(), job.job.priority(), job.attempts,
					job.job.maxAttempts(), job.abandonments));
	}

	private void checkSuspect(Claim claim, List<ClaimedJob> claimed) {
		assertThat(claim.suspects()).as("Suspects were asked for").isTrue();
		assertThat(claimed).as("A suspect comes alone").hasSize(1);
		for (Claim.Room room : claim.queues()) {
			boolean isHere = room.queue().equals(claimed.get(0).queue());
			if (isHere) {
				assertThat(room.room()).as("Room for the suspect").isPositive();
			}
			for (ModelJob other : claimable(room, claim)) {
				if (other.isSuspect() && mustBeSeen(other)) {
					assertThat(isHere && !comesBefore(other, claimed.get(0)))
						.as("Suspect %s comes before the claimed %s", other, claimed.get(0).id())
						.isTrue();
				}
			}
			if (isHere) {
				return;
			}
		}
		throw new AssertionError("A suspect of a queue that was not asked for: " + claimed);
	}

	private void checkQueues(Claim claim, List<ClaimedJob> claimed) {
		int next = 0;
		for (Claim.Room room : claim.queues()) {
			int share = Math.min(room.room(), claim.limit() - next);
			int first = next;
			while (next < claimed.size() && claimed.get(next).queue().equals(room.queue())) {
				next++;
			}
			checkQueue(room, claim, Math.max(share, 0), claimed.subList(first, next));
		}
		assertThat(next).as("Jobs in the order of the queues of the claim").isEqualTo(claimed.size());
	}

	private void checkQueue(Claim.Room room, Claim claim, int share, List<ClaimedJob> claimed) {
		assertThat(claimed).as("Within the room of %s", room).hasSizeLessThanOrEqualTo(share);
		List<ModelJob> jobs = claimed.stream().map((job) -> this.model.find(job.id())).toList();
		assertThat(jobs).as("In the order of priority and id").isSorted();
		assertThat(jobs).as("Above the priority of %s", room).allMatch((job) -> isAbove(job, room));
		for (ModelJob job : claimable(room, claim)) {
			boolean isLeft = isAbove(job, room) && !job.isSuspect() && mustBeSeen(job) && !jobs.contains(job);
			boolean isBehind = claimed.size() == share
					&& (claimed.isEmpty() || !comesBefore(job, claimed.get(claimed.size() - 1)));
			assertThat(!isLeft || isBehind).as("Job %s was overlooked: %s of %s were taken", job, claimed, share)
				.isTrue();
		}
	}

	private List<ModelJob> claimable(Claim.Room room, Claim claim) {
		if (room.room() <= 0 || this.model.isPaused(room.queue())) {
			return List.of();
		}
		return this.model.jobs((job) -> job.isWaiting() && job.due <= this.model.now()
				&& job.job.queue().equals(room.queue()) && !claim.excludedHandlers().contains(job.job.handler()));
	}

	private static boolean isAbove(ModelJob job, Claim.Room room) {
		return room.above() == null || job.job.priority() > room.above();
	}

	private boolean mustBeSeen(ModelJob job) {
		return this.isPrompt || (!job.becameDue && (job.isSuspect() || this.model.isBeyondClaims(job)));
	}

	private boolean comesBefore(ModelJob job, ClaimedJob other) {
		int byPriority = Integer.compare(other.priority(), job.job.priority());
		return (byPriority != 0) ? byPriority < 0 : job.id.compareTo(other.id()) < 0;
	}

}
