package io.jobqueue.autoconfigure.endpoint;

import java.lang.management.ManagementFactory;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobExplanation;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.JobTemplate;
import io.jobqueue.autoconfigure.JobQueueAutoConfiguration;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJob;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.store.JobStore;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.map;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class JobQueueEndpointAutoConfigurationTests {

	private static final String WEB = "management.endpoints.web.exposure.include=jobqueue";

	private static final String JMX = "management.endpoints.jmx.exposure.include=jobqueue";

	private static final String UNRESTRICTED = "management.endpoint.jobqueue.access=UNRESTRICTED";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class, JacksonAutoConfiguration.class,
				JmxAutoConfiguration.class, EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
				JmxEndpointAutoConfiguration.class, JobQueueEndpointAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory", "job-queue.worker.auto-startup=false");

	@Test
	void isNotThereUnlessExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(JobQueueEndpoint.class)
			.doesNotHaveBean(JobQueueEndpointWebExtension.class)
			.doesNotHaveBean(JobQueueEndpointJmxExtension.class));
	}

	@Test
	void hasTheExtensionOfWhereItIsExposed() {
		this.runner.withPropertyValues(WEB)
			.run((context) -> assertThat(context).hasSingleBean(JobQueueEndpoint.class)
				.hasSingleBean(JobQueueEndpointWebExtension.class)
				.doesNotHaveBean(JobQueueEndpointJmxExtension.class));
		this.runner.withPropertyValues("spring.jmx.enabled=true", JMX)
			.run((context) -> assertThat(context).hasSingleBean(JobQueueEndpoint.class)
				.doesNotHaveBean(JobQueueEndpointWebExtension.class)
				.hasSingleBean(JobQueueEndpointJmxExtension.class));
	}

	@Test
	void backsOffWhereThereIsNothingToSeeOrNoAccess() {
		for (String property : List.of("job-queue.enabled=false", "management.endpoint.jobqueue.access=NONE")) {
			this.runner.withPropertyValues(WEB, property)
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(JobQueueEndpoint.class));
		}
	}

	@Test
	void whenUserDefinesTheEndpointThenAutoConfiguredOneBacksOff() {
		this.runner.withPropertyValues(WEB)
			.withBean("mine", JobQueueEndpoint.class,
					() -> new JobQueueEndpoint(mock(JobStore.class), mock(JobAdmin.class), null,
							mock(RecurringJobs.class), mock(Workflows.class), List.of()))
			.run((context) -> assertThat(context).hasSingleBean(JobQueueEndpoint.class).hasBean("mine"));
	}

	@Test
	void worksWithoutAWorker() {
		this.runner.withPropertyValues(WEB, "job-queue.worker.enabled=false").run((context) -> {
			JobQueueDescriptors.Overview overview = context.getBean(JobQueueEndpoint.class).overview();
			assertThat(overview.worker()).isNull();
			assertThat(overview.nodes()).isZero();
		});
	}

	@Test
	void tellsThatTheStoreDoesNotAnswer() {
		JobAdmin admin = mock(JobAdmin.class);
		given(admin.queues()).willThrow(new JobStoreException("The store is away", null));
		this.runner.withPropertyValues(WEB).withBean(JobAdmin.class, () -> admin).run((context) -> {
			WebEndpointResponse<?> response = context.getBean(JobQueueEndpointWebExtension.class).overview();
			assertThat(response.getStatus()).isEqualTo(503);
			assertThat(response.getBody()).isEqualTo(new JobQueueDescriptors.Problem("The store is away"));
		});
	}

	@Test
	void showsValuesToThoseWhoAreAuthorized() {
		this.runner
			.withPropertyValues(WEB, "management.endpoint.jobqueue.show-values=WHEN_AUTHORIZED",
					"management.endpoint.jobqueue.roles=operator")
			.run((context) -> {
				JobId id = context.getBean(JobTemplate.class).enqueue("greet", "world");
				JobQueueEndpointWebExtension web = context.getBean(JobQueueEndpointWebExtension.class);
				assertThat(arguments(web.one(new User(Set.of("operator")), "jobs", id.toString())))
					.isEqualTo(List.of("world"));
				assertThat(arguments(web.one(new User(Set.of("visitor")), "jobs", id.toString())))
					.isEqualTo(List.of("******"));
				assertThat(arguments(web.one(SecurityContext.NONE, "jobs", id.toString())))
					.isEqualTo(List.of("******"));
			});
	}

	private static @Nullable Object arguments(WebEndpointResponse<?> response) {
		assertThat(response.getBody()).isInstanceOf(JobQueueDescriptors.Job.class);
		return ((JobQueueDescriptors.Job) response.getBody()).arguments();
	}

	@Test
	void workflowsAreNotThereIfTheStoreKeepsNone() {
		this.runner.withPropertyValues(WEB)
			.withBean(JobStore.class, () -> mock(JobStore.class))
			.withBean(JobAdmin.class, () -> mock(JobAdmin.class))
			.run((context) -> {
				WebEndpointResponse<?> response = context.getBean(JobQueueEndpointWebExtension.class)
					.one(SecurityContext.NONE, "workflows", "4711");
				assertThat(response.getStatus()).isEqualTo(404);
				assertThat(response.getBody())
					.isEqualTo(new JobQueueDescriptors.Problem("There are no workflows: the store does not keep any"));
			});
	}

	@Test
	void argumentsThatAreNoJsonAreShownAsTheyAre() {
		JobValues values = new JobValues(List.of());
		assertThat(values.json("arguments", "[1, {", true)).isEqualTo("[1, {");
		assertThat(values.json("arguments", "[1, {", false)).isEqualTo("******");
		assertThat(values.json("arguments", "[null, {\"a\": 1.10}]", false)).isEqualTo(List.of("******", "******"));
		assertThat(values.json("result", null, false)).isNull();
	}

	@Test
	void readsOverJmx() {
		this.runner.withPropertyValues("spring.jmx.enabled=true", JMX).run((context) -> {
			assertThat(operations()).containsExactlyInAnyOrder("overview", "queues", "queue", "nodes", "limits", "jobs",
					"job", "explainJob", "recurringJobs", "recurringJob", "workflows", "workflow");
			JobTemplate jobs = context.getBean(JobTemplate.class);
			JobId id = jobs.enqueue("greet", "world");
			assertThat(invoke("overview")).asInstanceOf(map(String.class, Object.class))
				.containsEntry("store", "memory")
				.containsEntry("available", 1L);
			assertThat(invoke("queue", "default")).asInstanceOf(map(String.class, Object.class))
				.containsEntry("available", 1L);
			assertThat(invoke("jobs", null, "default", null, null, null, null, "5")).extracting("jobs")
				.asInstanceOf(LIST)
				.hasSize(1);
			assertThat(invoke("job", id.toString())).asInstanceOf(map(String.class, Object.class))
				.containsEntry("arguments", List.of("******"));
			assertThat(invoke("explainJob", id.toString())).asInstanceOf(map(String.class, Object.class))
				.containsEntry("text", "No node takes jobs from its queue 'default'.");
			context.getBean(RecurringJobs.class)
				.create("daily", Recurrence.cron("@daily"), jobs.job("greet", "world").request());
			assertThat(invoke("recurringJobs")).extracting("recurring").asInstanceOf(LIST).hasSize(1);
			assertThat(invoke("recurringJob", "daily")).asInstanceOf(map(String.class, Object.class))
				.containsEntry("cron", "@daily");
			WorkflowId workflow = context.getBean(Workflows.class).define("hello").task("greet", "greet").start().id();
			assertThat(invoke("workflows", "running", null, "5")).extracting("workflows").asInstanceOf(LIST).hasSize(1);
			assertThat(invoke("workflow", workflow.toString())).asInstanceOf(map(String.class, Object.class))
				.containsEntry("taskCount", 1);
		});
	}

	@Test
	void concurrencyKeysAreHiddenAsValuesAre() {
		JobValues values = new JobValues(List.of());
		for (String key : List.of("jo@shop.example", "1")) {
			JobExplanation explanation = new JobExplanation(JobId.of(4711), JobState.AVAILABLE,
					List.of(new JobExplanation.Reason(JobExplanation.Kind.KEY_LIMITED,
							"It waits for the limit of its concurrency key '" + key
									+ "', which these jobs have passed: [11].",
							Map.of("key", key, "jobs", List.of(JobId.of(11))))));
			ExplanationDescriptors.Explanation hidden = ExplanationDescriptors.Explanation.of(explanation, values,
					false);
			assertThat(hidden.text()).isEqualTo(
					"It waits for the limit of its concurrency key '******', which these jobs have passed: [11].");
			assertThat(hidden.reasons().get(0).data()).isEqualTo(Map.of("key", "******", "jobs", List.of(11L)));
			ExplanationDescriptors.Explanation shown = ExplanationDescriptors.Explanation.of(explanation, values, true);
			assertThat(shown.text()).isEqualTo(explanation.text());
			assertThat(shown.reasons().get(0).data()).containsEntry("key", key);
		}
	}

	@Test
	void actsOverJmxIfItMay() {
		this.runner.withPropertyValues("spring.jmx.enabled=true", JMX, UNRESTRICTED).run((context) -> {
			assertThat(operations()).contains("pauseQueue", "resumeQueue", "retryJob", "cancelJob", "deleteJob",
					"retryJobs", "cancelJobs", "deleteJobs", "setLimit", "resetLimit", "triggerRecurringJob",
					"pauseRecurringJob", "resumeRecurringJob", "cancelWorkflow", "retryWorkflow");
			JobTemplate jobs = context.getBean(JobTemplate.class);
			JobId id = jobs.enqueue("greet", "world");
			RecurringJobs recurring = context.getBean(RecurringJobs.class);
			recurring.create("daily", Recurrence.cron("@daily"), jobs.job("greet", "world").request());
			invoke("pauseRecurringJob", "daily");
			assertThat(recurring.list()).singleElement().matches(RecurringJob::isPaused);
			invoke("resumeRecurringJob", "daily");
			assertThat(recurring.list()).singleElement().matches((job) -> !job.isPaused());
			assertThat(invoke("triggerRecurringJob", "daily")).isEqualTo(
					Map.of("job", recurring.find("daily").map(RecurringJob::lastJob).map(JobId::value).orElseThrow()));
			invoke("pauseQueue", "default");
			assertThat(invoke("queue", "default")).asInstanceOf(map(String.class, Object.class))
				.containsEntry("paused", true);
			invoke("resumeQueue", "default");
			invoke("setLimit", "default", null, null, "3", null);
			assertThat(context.getBean(JobAdmin.class).limits()).hasSize(1);
			invoke("resetLimit", "default", null, null);
			assertThat(context.getBean(JobAdmin.class).limits()).isEmpty();
			assertThat(invoke("cancelJob", id.toString())).asInstanceOf(map(String.class, Object.class))
				.containsEntry("state", "CANCELLED");
			assertThat(invoke("retryJobs", "cancelled", null, null, null, null, null, null))
				.asInstanceOf(map(String.class, Object.class))
				.containsEntry("changed", 1);
			assertThat(invoke("deleteJob", id.toString())).asInstanceOf(map(String.class, Object.class))
				.containsEntry("changed", true);
			WorkflowHandle workflow = context.getBean(Workflows.class).define("hello").task("greet", "greet").start();
			assertThat(invoke("cancelWorkflow", workflow.id().toString()))
				.isEqualTo(Map.of("id", workflow.id().value(), "state", "CANCELLED"));
			assertThat(invoke("retryWorkflow", workflow.id().toString()))
				.isEqualTo(Map.of("id", workflow.id().value(), "state", "RUNNING"));
		});
	}

	@Test
	void saysOverJmxWhatIsWrong() {
		this.runner.withPropertyValues("spring.jmx.enabled=true", JMX).run((context) -> {
			assertThatExceptionOfType(ReflectionException.class).isThrownBy(() -> invoke("job", "first"))
				.withMessageContaining("Not a job id: 'first'");
			assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("recurringJob", "nowhere"))
				.withMessageContaining("There is no recurring job 'nowhere'");
			assertThatExceptionOfType(ReflectionException.class).isThrownBy(() -> invoke("workflow", "first"))
				.withMessageContaining("Not a workflow id: 'first'");
			assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("workflow", "4711"))
				.withMessageContaining("There is no workflow 4711");
			assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("queue", "nowhere"))
				.withMessageContaining("There is no queue 'nowhere'");
			assertThatExceptionOfType(MBeanException.class).isThrownBy(() -> invoke("job", "4711"))
				.withMessageContaining("There is no job with id 4711");
		});
	}

	private static List<String> operations() throws Exception {
		return Arrays.stream(server().getMBeanInfo(endpoint()).getOperations())
			.map(MBeanOperationInfo::getName)
			.toList();
	}

	private static @Nullable Object invoke(String operation, @Nullable Object... arguments) throws Exception {
		return server().invoke(endpoint(), operation, arguments, new String[arguments.length]);
	}

	private static MBeanServer server() {
		return ManagementFactory.getPlatformMBeanServer();
	}

	private static ObjectName endpoint() throws Exception {
		return new ObjectName("org.springframework.boot:type=Endpoint,name=Jobqueue");
	}

	/**
	 * Somebody with roles.
	 */
	private record User(Set<String> roles) implements SecurityContext {

		@Override
		public Principal getPrincipal() {
			return () -> "somebody";
		}

		@Override
		public boolean isUserInRole(String role) {
			return this.roles.contains(role);
		}

	}

}
