package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.workflow.StoreWorkflows;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowEvent;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowRunner;
import io.jobqueue.workflow.Workflows;

/**
 * Behaviour of workflows that real workers work. What happens is told to {@link #events}.
 */
abstract class WorkflowWorkerContract extends WorkerContract {

	static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration OFTEN = Duration.ofMillis(50);

	final Queue<WorkflowEvent> events = new ConcurrentLinkedQueue<>();

	final Queue<String> trace = new ConcurrentLinkedQueue<>();

	private final List<WorkflowRunner> runners = new ArrayList<>();

	Workflows workflows;

	@BeforeEach
	void openWorkflows() {
		this.workflows = workflows(this.store);
	}

	@AfterEach
	void stopRunners() {
		this.runners.forEach(WorkflowRunner::stop);
	}

	Workflows workflows(JobStore itsStore) {
		WorkflowRunner runner = new WorkflowRunner(itsStore, List.of(this.events::add), OFTEN, Duration.ofDays(7),
				false);
		this.runners.add(runner);
		runner.start();
		return workflows(itsStore, runner);
	}

	static Workflows workflows(JobStore itsStore, WorkflowRunner runner) {
		JacksonJobSerializer serializer = new JacksonJobSerializer(new JsonMapper());
		StoreJobEnqueuer enqueuer = new StoreJobEnqueuer(itsStore, new JobHandlerRegistry(), serializer,
				new EnqueueOptions(MAX_ATTEMPTS, 1024 * 1024, UnknownHandlers.ACCEPT), (text) -> text);
		return new StoreWorkflows(itsStore, new JobTemplate(enqueuer), enqueuer::prepare, enqueuer, serializer, runner);
	}

	static Map<String, JobState> states(WorkflowHandle handle) {
		return handle.tasks().stream().collect(Collectors.toMap(TaskStatus::name, TaskStatus::state));
	}

}
