package io.jobqueue.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.jobqueue.retry.Backoff;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.QueueShare;
import io.jobqueue.worker.WorkerOptions;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerOptionsFactoryTests {

	private final JobQueueProperties properties = new JobQueueProperties();

	@Test
	void withoutQueuesAllQueuesOfTheConfigurationAndTheHandlersAreWorkedWithEqualWeights() {
		this.properties.getQueues().put("reports", queue(2));
		WorkerOptions options = create("mail", "mail", "default");
		assertThat(options.pools()).singleElement().satisfies((pool) -> {
			assertThat(pool.name()).isEqualTo("default");
			assertThat(pool.isWeighted()).isTrue();
			assertThat(pool.queues()).containsExactly(QueueShare.of("default"), QueueShare.of("mail"),
					new QueueShare("reports", 1, 2));
		});
	}

	@Test
	void withoutQueuesTheDefaultQueueIsWorked() {
		assertThat(queues(create().pools().get(0))).containsExactly("default");
	}

	@Test
	void namedQueuesAreWorkedInStrictOrderAndNoOthers() {
		this.properties.getWorker().setQueues(List.of("b", " a "));
		this.properties.getQueues().put("a", queue(3));
		this.properties.getQueues().put("other", queue(1));
		assertThat(create("mail").pools()).singleElement().satisfies((pool) -> {
			assertThat(pool.isWeighted()).isFalse();
			assertThat(pool.queues()).containsExactly(QueueShare.of("b"), new QueueShare("a", 1, 3));
		});
	}

	@Test
	void weightsAreRead() {
		this.properties.getWorker().setQueues(List.of("critical=6", "default = 3"));
		PoolOptions pool = create().pools().get(0);
		assertThat(pool.isWeighted()).isTrue();
		assertThat(pool.queues()).extracting(QueueShare::weight).containsExactly(6, 3);
	}

	@Test
	void queuesOfAPoolAreTakenOutOfTheDefaultPool() {
		pool("slow", 2, "reports", "mail");
		WorkerOptions options = create("mail", "orders");
		assertThat(options.pools()).extracting(PoolOptions::name).containsExactly("default", "slow");
		assertThat(queues(options.pools().get(0))).containsExactly("default", "orders");
		assertThat(queues(options.pools().get(1))).containsExactly("reports", "mail");
		assertThat(options.pools().get(1).concurrency()).isEqualTo(2);
		assertThat(new WorkerOptionsFactory(this.properties).concurrency()).isEqualTo(12);
	}

	@Test
	void withoutQueuesLeftThereIsNoDefaultPool() {
		pool("all", 2, "default", "mail");
		assertThat(create("mail").pools()).extracting(PoolOptions::name).containsExactly("all");
	}

	@Test
	void concurrencyDoesNotOverflow() {
		this.properties.getWorker().setConcurrency(Integer.MAX_VALUE);
		pool("more", Integer.MAX_VALUE, "more");
		assertThat(new WorkerOptionsFactory(this.properties).concurrency()).isEqualTo(Integer.MAX_VALUE);
	}

	private void pool(String name, int concurrency, String... queues) {
		JobQueueProperties.Pool pool = new JobQueueProperties.Pool();
		pool.setQueues(List.of(queues));
		pool.setConcurrency(concurrency);
		this.properties.getWorker().getPools().put(name, pool);
	}

	private static JobQueueProperties.Queue queue(int concurrency) {
		JobQueueProperties.Queue queue = new JobQueueProperties.Queue();
		queue.setConcurrency(concurrency);
		return queue;
	}

	private static List<String> queues(PoolOptions pool) {
		return pool.queues().stream().map(QueueShare::queue).toList();
	}

	private WorkerOptions create(String... handlerQueues) {
		return new WorkerOptionsFactory(this.properties).create("node", Backoff.DEFAULT, List.of(handlerQueues));
	}

}
