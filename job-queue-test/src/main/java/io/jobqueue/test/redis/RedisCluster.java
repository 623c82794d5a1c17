package io.jobqueue.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A cluster of three masters, made of servers that ship as a Maven artifact: one per JVM,
 * started when it is first asked for, stopped with the JVM.
 *
 * @since 0.1.0
 */
public final class RedisCluster {

	private static final int MASTERS = 3;

	private static final int SLOTS = 16_384;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static @Nullable RedisCluster instance;

	private final List<RedisProcess> masters;

	private RedisCluster(List<RedisProcess> masters) {
		this.masters = masters;
	}

	/**
	 * Return the cluster of this JVM, started if need be.
	 * @return the cluster
	 */
	public static synchronized RedisCluster get() {
		if (instance == null) {
			instance = start();
		}
		return instance;
	}

	private static RedisCluster start() {
		List<RedisProcess> masters = Stream
			.generate(() -> RedisProcess.start("cluster-enabled yes", "cluster-node-timeout 2000"))
			.limit(MASTERS)
			.toList();
		List<RedisClient> clients = masters.stream().map((master) -> RedisClient.create(master.url())).toList();
		try {
			join(masters, clients.stream().map(RedisClient::connect).toList());
		}
		finally {
			clients.forEach(RedisClient::shutdown);
		}
		return new RedisCluster(masters);
	}

	private static void join(List<RedisProcess> masters, List<StatefulRedisConnection<String, String>> connections) {
		List<RedisCommands<String, String>> commands = new ArrayList<>();
		connections.forEach((connection) -> commands.add(connection.sync()));
		for (int i = 0; i < MASTERS; i++) {
			int end = SLOTS * (i + 1) / MASTERS;
			commands.get(i).clusterAddSlots(IntStream.range(SLOTS * i / MASTERS, end).toArray());
			commands.get(i).clusterMeet(RedisProcess.HOST, masters.get(0).port());
		}
		Awaitility.await("the cluster is complete")
			.atMost(PATIENCE)
			.until(() -> commands.stream().allMatch(RedisCluster::isComplete));
	}

	private static boolean isComplete(RedisCommands<String, String> member) {
		String info = member.clusterInfo();
		return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + MASTERS);
	}

	/**
	 * Return a new connection factory, started, to be destroyed by the caller.
	 * @return the factory
	 */
	public LettuceConnectionFactory connectionFactory() {
		return RedisServer.connectionFactory(new RedisClusterConfiguration(
				this.masters.stream().map((master) -> RedisProcess.HOST + ":" + master.port()).toList()));
	}

}
