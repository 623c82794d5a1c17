package io.jobqueue.test.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFailure;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.test.postgres.PostgresServer;

/**
 * The jobs of one run under a prefix. The ledger is in a PostgreSQL that nothing is done
 * to.
 */
final class RedisChaosStore implements ChaosStore {

	private static final Set<JobState> LIVE = Set.of(JobState.SCHEDULED, JobState.AVAILABLE, JobState.RUNNING);

	private final RedisChaosServer server;

	private final String prefix;

	private final String ledgerUrl;

	// Whoever looks wants to know soon.
	private final ClientResources resources = ClientResources.builder()
		.reconnectDelay(Delay.constant(Duration.ofMillis(50)))
		.build();

	private final LettuceConnectionFactory connections;

	private final StringRedisTemplate redis;

	private final RedisJobStore store;

	private final JobAdmin admin;

	RedisChaosStore(RedisChaosServer server, String prefix) {
		server.start();
		this.server = server;
		this.prefix = prefix;
		String schema = PostgresServer.get().newSchema();
		PostgresServer.get().execute("create schema " + schema);
		this.ledgerUrl = PostgresServer.get().url() + "&currentSchema=" + schema;
		this.connections = StoreClient.factory(server.port(), "chaos-control", this.resources);
		this.redis = new StringRedisTemplate(this.connections);
		this.store = new RedisJobStore(this.connections, RedisOptions.DEFAULT.withKeyPrefix(prefix));
		this.admin = this.store.admin();
	}

	@Override
	public ChaosServer server() {
		return this.server;
	}

	// Connections that are lost without a word are for the settings of the application.
	@Override
	public List<Fault.Kind> faults() {
		return Arrays.stream(Fault.Kind.values()).filter((kind) -> kind != Fault.Kind.LOSE).toList();
	}

	@Override
	public boolean isTransactional() {
		return false;
	}

	@Override
	public DataSource ledger() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(this.ledgerUrl);
		return dataSource;
	}

	@Override
	public StoreClient.Address address() {
		return new StoreClient.Address(StoreClient.REDIS, this.prefix, this.ledgerUrl);
	}

	@Override
	public void disconnect(Collection<String> applications) {
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.serverCommands()
				.getClientList()
				.stream()
				.filter((client) -> applications.contains(client.getName()))
				.forEach((client) -> {
					String[] address = client.getAddressPort().split(":");
					connection.serverCommands().killClient(address[0], Integer.parseInt(address[1]));
				});
		}
	}

	@Override
	public Map<Long, List<Ledger.Job>> jobs() {
		Map<Long, String> names = this.admin.nodes()
			.stream()
			.collect(Collectors.toMap(NodeStatus::id, NodeStatus::name));
		return records().stream().map((job) -> job(job, names)).collect(Collectors.groupingBy(Ledger.Job::key));
	}

	private List<JobRecord> records() {
		List<JobRecord> records = new ArrayList<>();
		List<JobRecord> page;
		JobId before = null;
		do {
			page = this.admin.find(JobFilter.all(), before, JobAdmin.MAX_PAGE_SIZE);
			records.addAll(page);
			before = page.isEmpty() ? before : page.get(page.size() - 1).id();
		}
		while (page.size() == JobAdmin.MAX_PAGE_SIZE);
		return records;
	}

	private static Ledger.Job job(JobRecord job, Map<Long, String> names) {
		String failures = job.failures().isEmpty() ? "null" : job.failures().toString();
		return new Ledger.Job(key(job), job.id().value(), job.state().name().toLowerCase(Locale.ROOT),
				job.abandonments(), failures,
				job.failures().stream().map(JobFailure::at).map(RedisChaosStore::end).toList(), end(job.finishedAt()),
				names.get(job.node()));
	}

	// Redis stores whole milliseconds; this is the end of one.
	private static Instant end(Instant time) {
		return (time != null) ? time.plusMillis(1) : null;
	}

	private static long key(JobRecord job) {
		return Long.parseLong(job.arguments().substring(1, job.arguments().length() - 1));
	}

	@Override
	public List<Long> leased(String node) {
		return this.admin.nodes()
			.stream()
			.filter((status) -> status.name().equals(node))
			.flatMap((status) -> status.jobs().stream())
			.map((id) -> key(this.admin.get(id)))
			.toList();
	}

	@Override
	public long liveJobs() {
		Map<JobState, Long> counts = this.admin.countByState();
		return LIVE.stream().mapToLong(counts::get).sum();
	}

	@Override
	public long leasesOfDeadNodes() {
		String held = this.prefix + ":{" + ChaosSettings.QUEUE + "}:held:";
		List<String> alive = this.admin.nodes().stream().map((node) -> held + node.id()).toList();
		return this.redis.keys(held + "*").stream().filter((key) -> !alive.contains(key)).count();
	}

	@Override
	public List<String> nodes() {
		return this.admin.nodes().stream().map(NodeStatus::name).sorted().toList();
	}

	@Override
	public void keepLeaseLog() {
		// It is in the append-only file.
	}

	@Override
	public LeaseLog readLeaseLog() {
		try {
			return RedisLeases.read(this.server.log(), this.prefix);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public List<String> leftovers() {
		Map<JobState, List<JobRecord>> unfinished = records().stream()
			.filter((job) -> LIVE.contains(job.state()))
			.limit(50)
			.collect(Collectors.groupingBy(JobRecord::state, TreeMap::new, Collectors.toList()));
		return List.of("Unfinished: " + unfinished, "Nodes: " + this.admin.nodes(),
				"Keys: " + new TreeSet<>(this.redis.keys(this.prefix + "*")));
	}

	@Override
	public void close() {
		this.store.close();
		this.connections.destroy();
		this.resources.shutdown();
	}

}
