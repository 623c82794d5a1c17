package io.jobqueue.test.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Pulse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How nodes come, show that they are alive, and leave.
 */
abstract class NodeContract extends StoreContract {

	@Test
	void everyNodeGetsANewId() {
		long first = register();
		this.store.deregister(first);
		long second = register();
		assertThat(List.of(this.node, first, second)).doesNotHaveDuplicates();
	}

	@Test
	void heartbeatOfARegisteredNodeIsAlive() {
		assertThat(this.store.heartbeat(this.node)).isEqualTo(new Pulse(true, Set.of()));
	}

	@Test
	void heartbeatOfAnUnknownNodeIsDead() {
		assertThat(this.store.heartbeat(this.node + 1_000_000)).isEqualTo(Pulse.DEAD);
	}

	@Test
	void heartbeatOfANodeThatLeftIsDead() {
		this.store.deregister(this.node);
		assertThat(this.store.heartbeat(this.node)).isEqualTo(Pulse.DEAD);
	}

	@Test
	void deadNodeStaysDead() {
		rescueAllBut();
		assertThat(this.store.heartbeat(this.node)).isEqualTo(Pulse.DEAD);
		assertThat(this.store.heartbeat(this.node)).isEqualTo(Pulse.DEAD);
		assertThat(this.store.admin().nodes()).isEmpty();
	}

	@Test
	void nodesAreShownWithWhatTheyToldOldestFirst() {
		this.store.deregister(this.node);
		Instant before = this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
		long first = this.store.register(new NodeDescription("web-1 (4711)", List.of("mail", "billing")));
		long second = this.store.register(new NodeDescription("web-2 (4712)", List.of()));
		List<NodeStatus> nodes = this.store.admin().nodes();
		assertThat(nodes).extracting(NodeStatus::id).containsExactly(first, second);
		assertThat(nodes.get(0).name()).isEqualTo("web-1 (4711)");
		assertThat(nodes.get(0).queues()).containsExactly("mail", "billing");
		assertThat(nodes.get(0).startedAt()).isBetween(before, this.fixture.now());
		assertThat(nodes.get(0).seenAt()).isEqualTo(nodes.get(0).startedAt());
		assertThat(nodes.get(0).jobs()).isEmpty();
		assertThat(nodes.get(1).queues()).isEmpty();
	}

	@Test
	void heartbeatIsShown() {
		this.fixture.advance(SILENCE);
		Instant before = this.fixture.now().truncatedTo(ChronoUnit.MILLIS);
		this.store.heartbeat(this.node);
		NodeStatus status = this.store.admin().nodes().get(0);
		assertThat(status.seenAt()).isBetween(before, this.fixture.now());
		assertThat(status.startedAt()).isBefore(before);
	}

	@Test
	void nodesAreShownWithTheJobsTheyHold() {
		List<JobId> ids = enqueue(5, DRAFT);
		long other = register();
		List<ClaimedJob> mine = claim(3);
		claim(other, Claim.of(QUEUE, 2));
		settle(succeeded(mine.get(1)));
		List<NodeStatus> nodes = this.store.admin().nodes();
		assertThat(nodes.get(0).jobs()).containsExactlyInAnyOrder(ids.get(0), ids.get(2));
		assertThat(nodes.get(1).jobs()).containsExactlyInAnyOrder(ids.get(3), ids.get(4));
	}

	@Test
	void atMostAThousandJobsOfANodeAreShown() {
		enqueue(1100, DRAFT);
		awaitClaims(this.node, Claim.of(QUEUE, 1100), 1100);
		assertThat(this.store.admin().nodes().get(0).jobs()).hasSize(1000).doesNotHaveDuplicates();
	}

	@Test
	void nodeThatLeavesGivesItsJobsBackUncounted() {
		List<JobId> ids = enqueue(3, DRAFT);
		List<ClaimedJob> jobs = claim(3);
		settle(succeeded(jobs.get(0)));
		this.store.deregister(this.node);
		assertThat(ids.subList(1, 3)).allSatisfy((id) -> {
			JobRecord job = find(id);
			assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
			assertThat(job.attempt()).isZero();
			assertThat(job.abandonments()).isZero();
		});
		assertThat(ids(awaitClaims(register(), Claim.of(QUEUE, 10), 2))).isEqualTo(ids.subList(1, 3));
	}

	@Test
	void outcomesOfANodeThatLeftAreRefused() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		this.store.deregister(this.node);
		assertThat(refused(succeeded(claimed))).containsExactly(id);
		assertThat(state(id)).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void leavingTwiceIsHarmless() {
		this.store.deregister(this.node);
		this.store.deregister(this.node);
		assertThat(this.store.admin().nodes()).isEmpty();
	}

	@Test
	void jobsOfOthersStayWhereTheyAreWhenANodeLeaves() {
		JobId id = enqueue(DRAFT);
		ClaimedJob claimed = claimOne();
		long other = register();
		this.store.deregister(other);
		assertThat(state(id)).isEqualTo(JobState.RUNNING);
		settle(succeeded(claimed));
	}

}
