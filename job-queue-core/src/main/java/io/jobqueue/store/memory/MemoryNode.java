package io.jobqueue.store.memory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.NodeDescription;

/**
 * A registered node and the jobs that it holds. Guarded by the lock of its store.
 */
final class MemoryNode {

	private static final int MAX_JOBS_SHOWN = 1000;

	private final long id;

	private final String name;

	private final List<String> queues;

	private final @Nullable List<String> handlers;

	private final Instant startedAt;

	private final Map<JobId, MemoryJob> held = new TreeMap<>();

	private final Set<JobId> cancelled = new TreeSet<>();

	private Instant seenAt;

	MemoryNode(long id, NodeDescription description, Instant now) {
		this.id = id;
		this.name = description.name();
		this.queues = List.copyOf(description.queues());
		this.handlers = description.handlers();
		this.startedAt = now;
		this.seenAt = now;
	}

	long id() {
		return this.id;
	}

	List<String> queues() {
		return this.queues;
	}

	void seen(Instant now) {
		this.seenAt = now;
	}

	boolean isSilentSince(Instant limit) {
		return !this.seenAt.isAfter(limit);
	}

	void hold(MemoryJob job) {
		this.held.put(job.id(), job);
	}

	void letGo(MemoryJob job) {
		this.held.remove(job.id());
		this.cancelled.remove(job.id());
	}

	void cancel(MemoryJob job) {
		this.cancelled.add(job.id());
	}

	List<MemoryJob> held() {
		return List.copyOf(this.held.values());
	}

	Set<JobId> cancelled() {
		return Set.copyOf(this.cancelled);
	}

	NodeStatus status() {
		return new NodeStatus(this.id, this.name, this.startedAt, this.seenAt, this.queues, this.handlers,
				this.held.keySet().stream().limit(MAX_JOBS_SHOWN).toList());
	}

}
