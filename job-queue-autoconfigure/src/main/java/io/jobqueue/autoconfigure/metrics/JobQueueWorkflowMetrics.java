package io.jobqueue.autoconfigure.metrics;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.jobqueue.autoconfigure.metrics.JobQueueMeter.Tag;
import io.jobqueue.workflow.WorkflowEvent;
import io.jobqueue.workflow.WorkflowListener;
import io.jobqueue.workflow.WorkflowState;

/**
 * Counts the workflows and batches whose end this node has recorded. Each end is recorded
 * by one node. Thread-safe.
 * <p>
 * The first {@value TagValues#MAX_UNKNOWN} names have series of their own; all further
 * names are {@value TagValues#OTHER}.
 *
 * @since 0.1.0
 */
public final class JobQueueWorkflowMetrics implements WorkflowListener, MeterBinder {

	private final TagValues names = new TagValues((name) -> false);

	// By the names as they are tagged. Guarded by this.
	private final Map<String, Map<WorkflowState, LongAdder>> finished = new HashMap<>();

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	@Override
	public synchronized void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		this.finished.forEach((name, counts) -> bind(name, counts, registry));
	}

	@Override
	public synchronized void onWorkflowEvent(WorkflowEvent event) {
		// Series begin with the first event: an alert does not see the first failure of
		// one that has just begun.
		Map<WorkflowState, LongAdder> counts = this.finished.computeIfAbsent(this.names.bound(event.name()),
				this::create);
		LongAdder count = counts.get(event.state());
		if (event.task() == null && count != null) {
			count.increment();
		}
	}

	private Map<WorkflowState, LongAdder> create(String name) {
		Map<WorkflowState, LongAdder> counts = new EnumMap<>(WorkflowState.class);
		for (WorkflowState state : WorkflowState.values()) {
			if (state.isFinished()) {
				counts.put(state, new LongAdder());
			}
		}
		this.registries.forEach((registry) -> bind(name, counts, registry));
		return counts;
	}

	private static void bind(String name, Map<WorkflowState, LongAdder> counts, MeterRegistry registry) {
		counts.forEach((state, count) -> Meters.counter(JobQueueMeter.FINISHED_WORKFLOWS,
				Tags.of(Tag.WORKFLOW.asString(), name, Tag.STATE.asString(), state.name().toLowerCase(Locale.ROOT)),
				count, LongAdder::sum, registry));
	}

}
