package io.jobqueue.autoconfigure.metrics;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the job queue. The name of a counter ends with what it counts.
 *
 * @since 0.1.0
 */
public enum JobQueueMeter implements MeterDocumentation {

	/** Jobs that were accepted from this application, after the commit. */
	ENQUEUED("jobqueue.enqueued.jobs", Meter.Type.COUNTER, "jobs", "Jobs that this application has enqueued", Tag.QUEUE,
			Tag.HANDLER),

	/** Attempts that have begun on this node. */
	STARTED("jobqueue.started.jobs", Meter.Type.COUNTER, "jobs", "Attempts that have begun on this node", Tag.QUEUE,
			Tag.HANDLER),

	/** Leased jobs whose end the store has recorded or refused. */
	FINISHED("jobqueue.finished.jobs", Meter.Type.COUNTER, "jobs", "Jobs and attempts that have ended on this node",
			Tag.QUEUE, Tag.HANDLER, Tag.OUTCOME),

	/** The length of attempts. */
	EXECUTION("jobqueue.job.execution", Meter.Type.TIMER, "seconds", "How long attempts ran on this node", Tag.QUEUE,
			Tag.HANDLER, Tag.OUTCOME),

	/** The time from the due time to the start. */
	WAIT("jobqueue.job.wait", Meter.Type.TIMER, "seconds", "How long jobs had been due when they began on this node",
			Tag.QUEUE, Tag.HANDLER),

	/** Jobs that recurring jobs got from this node. */
	RECURRING_JOBS("jobqueue.recurring.jobs", Meter.Type.COUNTER, "jobs",
			"Jobs that this node has enqueued for recurring jobs", Tag.QUEUE, Tag.HANDLER),

	/** Firing times that nobody was there for. */
	RECURRING_MISFIRES("jobqueue.recurring.misfires", Meter.Type.COUNTER, "misfires",
			"How often this node found that firing times had been missed", Tag.QUEUE, Tag.HANDLER),

	/** Firing times that met the last job. */
	RECURRING_OVERLAPS("jobqueue.recurring.overlaps", Meter.Type.COUNTER, "overlaps",
			"How often firing times got no job because the last one had not ended", Tag.QUEUE, Tag.HANDLER),

	/** Workflows and batches that have ended. */
	FINISHED_WORKFLOWS("jobqueue.finished.workflows", Meter.Type.COUNTER, "workflows",
			"Workflows and batches whose end this node has recorded", Tag.WORKFLOW, Tag.STATE),

	/** Workflows and batches that have not ended. */
	RUNNING_WORKFLOWS("jobqueue.workflow.running", Meter.Type.GAUGE, "workflows",
			"Workflows and batches in the store that have not ended, of all nodes"),

	/** Ephemeral jobs that run. */
	EPHEMERAL_RUNNING("jobqueue.ephemeral.running", Meter.Type.GAUGE, "jobs", "Ephemeral jobs that run on this node"),

	/** Ephemeral jobs that wait. */
	EPHEMERAL_WAITING("jobqueue.ephemeral.waiting", Meter.Type.GAUGE, "jobs",
			"Ephemeral jobs that wait on this node for a thread, a delay or a commit"),

	/** Ephemeral jobs that found no room. */
	EPHEMERAL_DROPPED("jobqueue.ephemeral.dropped.jobs", Meter.Type.COUNTER, "jobs",
			"Ephemeral jobs that were dropped because this node had no room for them"),

	/** Ephemeral jobs that a stop has ended. */
	EPHEMERAL_LOST("jobqueue.ephemeral.lost.jobs", Meter.Type.COUNTER, "jobs",
			"Ephemeral jobs that were lost because this node stopped before they had ended"),

	/** Jobs in the store. */
	QUEUE_DEPTH("jobqueue.queue.depth", Meter.Type.GAUGE, "jobs", "Live jobs in the store, of all nodes", Tag.QUEUE,
			Tag.STATE),

	/** The age of the oldest job that waits. */
	QUEUE_OLDEST_AGE("jobqueue.queue.oldest.age", Meter.Type.GAUGE, "seconds",
			"How long the oldest waiting job has been due", Tag.QUEUE),

	/** Whether nothing is taken from a queue. */
	QUEUE_PAUSED("jobqueue.queue.paused", Meter.Type.GAUGE, null, "Whether the queue is paused: 1 or 0", Tag.QUEUE),

	/** Threads that run jobs. */
	BUSY("jobqueue.worker.busy", Meter.Type.GAUGE, "threads", "Jobs that run at once on this node", Tag.POOL),

	/** Threads that could run jobs. */
	IDLE("jobqueue.worker.idle", Meter.Type.GAUGE, "threads", "How many more jobs could run at once on this node",
			Tag.POOL),

	/** The concurrency. */
	LIMIT("jobqueue.worker.limit", Meter.Type.GAUGE, "threads", "How many jobs run at once on this node at most",
			Tag.POOL),

	/** Claimed jobs that have not begun. */
	BUFFERED("jobqueue.worker.buffered", Meter.Type.GAUGE, "jobs",
			"Jobs that are claimed by this node and wait for a thread", Tag.POOL),

	/** How many jobs are taken in advance. */
	PREFETCH("jobqueue.worker.prefetch", Meter.Type.GAUGE, "jobs",
			"How many jobs this node takes in advance at its present pace", Tag.POOL),

	/** Jobs that do not stop. */
	RUNAWAY("jobqueue.worker.runaway", Meter.Type.GAUGE, "jobs",
			"Jobs that still run on this node although their timeout is long over"),

	/** Exchanges with the store. */
	EXCHANGE("jobqueue.exchange", Meter.Type.TIMER, "seconds", "Exchanges with the store, which settle and claim jobs",
			Tag.POOL, Tag.RESULT),

	/** What exchanges settle. */
	EXCHANGE_SETTLED("jobqueue.exchange.settled", Meter.Type.DISTRIBUTION_SUMMARY, "jobs",
			"Jobs that one exchange settled, if any", Tag.POOL),

	/** What exchanges claim. */
	EXCHANGE_CLAIMED("jobqueue.exchange.claimed", Meter.Type.DISTRIBUTION_SUMMARY, "jobs",
			"Jobs that one exchange claimed, if any", Tag.POOL),

	/** Whether this node may claim. */
	REGISTERED("jobqueue.node.registered", Meter.Type.GAUGE, null,
			"Whether this node is registered in the store and may claim jobs: 1 or 0"),

	/** Lost ids. */
	LAPSES("jobqueue.node.lapses", Meter.Type.COUNTER, "lapses",
			"How often this node gave up its id because it could not renew it"),

	/** Heartbeats that came late. */
	LATE_HEARTBEATS("jobqueue.late.heartbeats", Meter.Type.COUNTER, "heartbeats",
			"Heartbeats that were answered more than two intervals after the one before"),

	/** Dead nodes. */
	DEAD_NODES("jobqueue.dead.nodes", Meter.Type.COUNTER, "nodes", "Dead nodes that this node has found"),

	/** Rescued jobs. */
	RESCUED("jobqueue.rescued.jobs", Meter.Type.COUNTER, "jobs",
			"Jobs of dead nodes that this node has made available again"),

	/** Jobs that were abandoned too often. */
	ABANDONED("jobqueue.abandoned.jobs", Meter.Type.COUNTER, "jobs",
			"Jobs that failed for good because too many nodes died while they ran them"),

	/** Wake-ups for other nodes. */
	SENT("jobqueue.sent.notifications", Meter.Type.COUNTER, "notifications",
			"Notifications that this node has sent to others"),

	/** Wake-ups from other nodes. */
	RECEIVED("jobqueue.received.notifications", Meter.Type.COUNTER, "notifications",
			"Notifications that this node has received");

	private final String name;

	private final Meter.Type type;

	private final @Nullable String baseUnit;

	private final String description;

	private final Tag[] tags;

	JobQueueMeter(String name, Meter.Type type, @Nullable String baseUnit, String description, Tag... tags) {
		this.name = name;
		this.type = type;
		this.baseUnit = baseUnit;
		this.description = description;
		this.tags = tags;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Meter.Type getType() {
		return this.type;
	}

	@Override
	public @Nullable String getBaseUnit() {
		return this.baseUnit;
	}

	/**
	 * Return what is measured, for people.
	 * @return one line
	 */
	public String getDescription() {
		return this.description;
	}

	@Override
	public KeyName[] getKeyNames() {
		return this.tags.clone();
	}

	/**
	 * The tags. Each has a bounded number of values.
	 */
	public enum Tag implements KeyName {

		/** The queue. */
		QUEUE("queue"),

		/** The name of the handler. */
		HANDLER("handler"),

		/** How a job or an attempt ended. */
		OUTCOME("outcome"),

		/** The state of jobs in the store, or of workflows that have ended. */
		STATE("state"),

		/** The name of a workflow or batch. */
		WORKFLOW("workflow"),

		/** The pool of this node. */
		POOL("pool"),

		/** Whether the store answered. */
		RESULT("result");

		private final String key;

		Tag(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
