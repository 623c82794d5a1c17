package io.jobqueue.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.SlotHash;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A cluster of three masters, with or without replicas, made of servers on free ports of
 * this machine. The one without is there once per JVM, started when it is first asked
 * for, stopped with the JVM.
 *
 * @since 0.1.0
 */
public final class RedisCluster implements AutoCloseable {

	private static final int MASTERS = 3;

	private static final int SLOTS = 16_384;

	private static final Duration REFRESH = Duration.ofSeconds(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static @Nullable RedisCluster instance;

	private final List<RedisProcess> servers;

	private RedisCluster(List<RedisProcess> servers) {
		this.servers = servers;
	}

	/**
	 * Return the cluster of this JVM, started if need be. It is not to be closed.
	 * @return the cluster
	 */
	public static synchronized RedisCluster get() {
		if (instance == null) {
			instance = start(MASTERS, "cluster-node-timeout 2000");
		}
		return instance;
	}

	/**
	 * Start a cluster in which every master has a replica that takes over within seconds.
	 * @return the cluster
	 */
	public static RedisCluster startWithReplicas() {
		// A replica that has not heard of its master for long takes over as well.
		return start(2 * MASTERS, "cluster-node-timeout 1000", "cluster-replica-validity-factor 0",
				"repl-diskless-sync yes", "repl-diskless-sync-delay 0");
	}

	private static RedisCluster start(int count, String... settings) {
		String[] all = Stream.concat(Stream.of("cluster-enabled yes"), Stream.of(settings)).toArray(String[]::new);
		List<RedisProcess> servers = Stream.generate(() -> RedisProcess.start(all)).limit(count).toList();
		List<RedisClient> clients = servers.stream().map((server) -> RedisClient.create(server.url())).toList();
		try {
			List<RedisCommands<String, String>> commands = new ArrayList<>();
			clients.forEach((client) -> commands.add(client.connect().sync()));
			join(servers, commands);
			replicate(commands);
		}
		finally {
			clients.forEach(RedisClient::shutdown);
		}
		return new RedisCluster(servers);
	}

	private static void join(List<RedisProcess> servers, List<RedisCommands<String, String>> commands) {
		for (int i = 0; i < servers.size(); i++) {
			if (i < MASTERS) {
				int end = SLOTS * (i + 1) / MASTERS;
				commands.get(i).clusterAddSlots(IntStream.range(SLOTS * i / MASTERS, end).toArray());
			}
			commands.get(i).clusterMeet(RedisProcess.HOST, servers.get(0).port());
		}
		Awaitility.await("the cluster is complete")
			.atMost(PATIENCE)
			.until(() -> commands.stream().allMatch((member) -> isComplete(member, servers.size())));
	}

	private static boolean isComplete(RedisCommands<String, String> member, int size) {
		String info = member.clusterInfo();
		return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + size);
	}

	private static void replicate(List<RedisCommands<String, String>> commands) {
		List<RedisCommands<String, String>> replicas = commands.subList(MASTERS, commands.size());
		for (int i = 0; i < replicas.size(); i++) {
			replicas.get(i).clusterReplicate(commands.get(i).clusterMyId());
		}
		Awaitility.await("the replicas have the data of their masters")
			.atMost(PATIENCE)
			.until(() -> replicas.stream()
				.allMatch((replica) -> replica.info("replication").contains("master_link_status:up")));
	}

	/**
	 * Return a new connection factory, started, to be destroyed by the caller. It notices
	 * that a replica has taken over, and gives up what it has sent to a dead master.
	 * @return the factory
	 */
	public LettuceConnectionFactory connectionFactory() {
		ClusterTopologyRefreshOptions refresh = ClusterTopologyRefreshOptions.builder()
			.enablePeriodicRefresh(REFRESH)
			.build();
		return RedisServer.connectionFactory(
				new RedisClusterConfiguration(
						this.servers.stream().map((server) -> RedisProcess.HOST + ":" + server.port()).toList()),
				LettuceClientConfiguration.builder()
					.commandTimeout(TIMEOUT)
					.clientOptions(ClusterClientOptions.builder()
						.topologyRefreshOptions(refresh)
						.timeoutOptions(TimeoutOptions.enabled())
						.build()));
	}

	/**
	 * Kill the master that has a key.
	 * @param key the key
	 */
	public void killMasterOf(String key) {
		this.servers.get(SlotHash.getSlot(key) * MASTERS / SLOTS).kill();
	}

	@Override
	public void close() {
		this.servers.forEach(RedisProcess::stop);
	}

}
