package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;
import io.jobqueue.store.RecurringStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many definitions of recurring jobs in one call.
 */
abstract class RecurringBulkContract extends StoreContract {

	private static final Duration HOUR = Duration.ofHours(1);

	private RecurringDefinitions recurring;

	@BeforeEach
	void findDefinitions() {
		this.recurring = definitions(this.store);
	}

	private static RecurringDefinitions definitions(JobStore store) {
		return ((RecurringStore) store).recurring();
	}

	@Test
	void thoseAreCreatedThatAreNotThereYet() {
		RecurringDefinition old = create("old", "other");
		this.recurring.remove(create("removed", "other"));
		RecurringDefinition back = definition("back", QUEUE, HOUR);
		RecurringDefinition mail = definition("mail", "mail", HOUR);
		RecurringDefinition removed = definition("removed", QUEUE, Duration.ofSeconds(-1));
		List<RecurringDefinition> many = List.of(mail, definition("old", QUEUE, HOUR), back, removed);
		assertThat(this.recurring.createAll(many)).containsExactlyInAnyOrder("mail", "back", "removed");
		assertThat(this.recurring.all()).containsExactly(back, mail, old, removed);
		RecurringLook look = this.recurring.look(10);
		assertThat(look.due()).containsExactly(removed);
		assertThat(look.nextAt()).isNotNull();
		assertThat(this.recurring.createAll(List.of(definition("mail", "mail", HOUR), definition("back", QUEUE, HOUR))))
			.isEmpty();
		assertThat(this.recurring.createAll(List.of())).isEmpty();
		assertThat(this.recurring.all()).containsExactly(back, mail, old, removed);
	}

	@Test
	void someAreFoundByTheirNames() {
		RecurringDefinition first = create("first", QUEUE);
		RecurringDefinition second = create("second", "other");
		create("third", QUEUE);
		this.recurring.remove(create("removed", QUEUE));
		assertThat(this.recurring.findAll(List.of("second", "none", "removed", "first")))
			.isEqualTo(Map.of("first", first, "second", second));
		assertThat(this.recurring.findAll(List.of())).isEmpty();
	}

	@Test
	void ofManyNodesOneCreatesEach() throws Exception {
		List<JobStore> stores = List.of(this.store, this.fixture.secondInstance().orElse(this.store));
		int nodes = 4;
		int count = 100;
		ExecutorService threads = Executors.newFixedThreadPool(nodes);
		List<String> created = new ArrayList<>();
		try {
			List<Future<Set<String>>> calls = new ArrayList<>();
			for (int i = 0; i < nodes; i++) {
				List<RecurringDefinition> many = new ArrayList<>(IntStream.range(0, count)
					.mapToObj((number) -> definition("report-" + number, (number % 2 == 0) ? QUEUE : "other", HOUR))
					.toList());
				// Everybody begins with another one.
				Collections.rotate(many, i * count / nodes);
				RecurringDefinitions mine = definitions(stores.get(i % 2));
				calls.add(threads.submit(() -> mine.createAll(many)));
			}
			for (Future<Set<String>> call : calls) {
				created.addAll(call.get());
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(created).hasSize(count).doesNotHaveDuplicates();
		assertThat(this.recurring.all()).hasSize(count);
	}

	private RecurringDefinition create(String name, String queue) {
		RecurringDefinition definition = definition(name, queue, HOUR);
		assertThat(this.recurring.create(definition)).isTrue();
		return definition;
	}

	private RecurringDefinition definition(String name, String queue, Duration in) {
		Instant at = this.fixture.now().truncatedTo(ChronoUnit.MILLIS).plus(in);
		return new RecurringDefinition(name, queue, RecurringDefinition.newVersion(), at, at, null, null, "{}");
	}

}
