package io.jobqueue.sample;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what an orderly stop in the middle of a job leaves to the next start.
 */
class RestartIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void jobThatIsStoppedInTheMiddleFinishesAfterARestart() {
		try (ConfigurableApplicationContext context = start("1h")) {
			context.getBean(Orders.class)
				.placeAll(List.of(new Order("S-1", LocalDate.EPOCH, "Jörg", "joerg@post.example", "Vase", 1,
						BigDecimal.TEN, Currency.getInstance("EUR"))));
			await().atMost(Duration.ofMinutes(1)).until(() -> confirmation(context).state() == JobState.RUNNING);
		}
		try (ConfigurableApplicationContext context = start("0s")) {
			await().atMost(Duration.ofMinutes(1)).until(() -> confirmation(context).state() == JobState.SUCCEEDED);
			assertThat(confirmation(context).attempt()).isOne();
			assertThat(confirmation(context).failures()).isEmpty();
			assertThat(context.getBean(OrderRepository.class).findStatus("S-1")).hasValueSatisfying((status) -> {
				assertThat(status.confirmedAt()).isNotNull();
				assertThat(status.invoice()).isNotNull();
			});
		}
	}

	private ConfigurableApplicationContext start(String mailLatency) {
		return new SpringApplicationBuilder(SampleApplication.class).run("--server.port=0",
				"--sample.import-at-start=false", "--sample.data-dir=" + this.directory,
				"--sample.mail-latency=" + mailLatency, "--job-queue.worker.shutdown-timeout=100ms");
	}

	private static JobRecord confirmation(ConfigurableApplicationContext context) {
		return context.getBean(JobAdmin.class).find(JobFilter.all().handler("order.confirm"), null, 1).get(0);
	}

}
