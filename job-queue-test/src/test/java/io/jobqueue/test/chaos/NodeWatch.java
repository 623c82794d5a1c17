package io.jobqueue.test.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.springframework.dao.DataAccessException;

/**
 * Sees when a worker comes back under a new id: then its old leases were lost, whether or
 * not somebody had planned that. And sees when one is forgotten.
 */
final class NodeWatch implements AutoCloseable {

	private static final long PERIOD = 250;

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final Ledger ledger;

	private final ChaosSettings settings;

	private final Timeline timeline;

	private final Map<String, Long> ids = new HashMap<>();

	NodeWatch(Ledger ledger, ChaosSettings settings, Timeline timeline) {
		this.ledger = ledger;
		this.settings = settings;
		this.timeline = timeline;
		this.scheduler.scheduleWithFixedDelay(this::look, 0, PERIOD, TimeUnit.MILLISECONDS);
	}

	private void look() {
		try {
			Set<String> gone = new HashSet<>(this.ids.keySet());
			this.ledger.nodes().forEach(gone::remove);
			gone.forEach((node) -> {
				this.ids.remove(node);
				this.timeline.forgotten(node, Instant.now());
			});
			this.ledger.jdbc().query("select name, max(id) from job_node group by name", (row) -> {
				String node = row.getString(1);
				long id = row.getLong(2);
				Long before = this.ids.put(node, id);
				if (before != null && before != id) {
					Instant now = Instant.now();
					this.timeline.add("LAPSE of node " + before + " to " + id, Set.of(node),
							now.minus(this.settings.deadAfter()), now, Duration.ofSeconds(1));
				}
			});
		}
		catch (DataAccessException ex) {
			// The server is down, so nobody registers.
		}
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
	}

}
