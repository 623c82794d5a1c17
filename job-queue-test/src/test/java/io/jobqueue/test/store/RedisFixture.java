package io.jobqueue.test.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.test.redis.RedisCluster;
import io.jobqueue.test.redis.RedisServer;

/**
 * The store on a real server or cluster, under a prefix of its own for each store.
 */
public final class RedisFixture implements JobStoreFixture {

	/** Moves all times of a queue into the past. */
	private static final String ADVANCE_QUEUE = """
			local Q, shift = KEYS[1], tonumber(ARGV[1])
			local function text(number)
				return string.format('%.0f', number)
			end
			local jobs = redis.call('HGETALL', Q .. ':jobs')
			for i = 1, #jobs, 2 do
				local value = jobs[i + 1]
				local created, due = struct.unpack('>I6I6', value)
				value = struct.pack('>I6I6', created - shift, due - shift) .. string.sub(value, 13)
				local flags = 20 + string.byte(value, 17)
				local set = string.byte(value, flags)
				if math.floor(set / 16) % 2 == 1 then
					local has_limits = math.floor(set / 8) % 2 == 1
					local place = flags + 1 + (has_limits and 2 + struct.unpack('>H', value, flags + 1) or 0)
					local deadline = struct.unpack('>I6', value, place)
					deadline = deadline > 0 and math.max(deadline - shift, 1) or 0
					value = string.sub(value, 1, place - 1) .. struct.pack('>I6', deadline)
						.. string.sub(value, place + 6)
				end
				redis.call('HSET', Q .. ':jobs', jobs[i], value)
			end
			local deadlines = redis.call('ZRANGE', Q .. ':deadlines', 0, -1, 'WITHSCORES')
			for i = 1, #deadlines, 2 do
				redis.call('ZADD', Q .. ':deadlines', text(deadlines[i + 1] - shift), deadlines[i])
			end
			local due = redis.call('ZRANGE', Q .. ':due', 0, -1, 'WITHSCORES')
			for i = 1, #due, 2 do
				redis.call('ZADD', Q .. ':due', text(due[i + 1] - shift), due[i])
			end
			local rated = redis.call('ZRANGE', Q .. ':rated', 0, -1, 'WITHSCORES')
			for i = 1, #rated, 2 do
				redis.call('ZADD', Q .. ':rated', text(rated[i + 1] - shift), rated[i])
			end
			for _, key in ipairs(redis.call('KEYS', Q .. ':bucket:*')) do
				local left, filled = string.match(redis.call('GET', key), '(.+) (.+)')
				local life = redis.call('PTTL', key) - shift
				if life > 0 then
					redis.call('SET', key, left .. ' ' .. text(filled - shift), 'PX', text(life))
				else
					redis.call('DEL', key)
				end
			end
			local awaited = redis.call('ZRANGE', Q .. ':awaited', 0, -1, 'WITHSCORES')
			for i = 1, #awaited, 2 do
				redis.call('ZADD', Q .. ':awaited', text(awaited[i + 1] - shift), awaited[i])
			end
			local done = redis.call('HGETALL', Q .. ':done')
			for i = 1, #done, 2 do
				redis.call('HSET', Q .. ':done', done[i],
					struct.pack('>I6', struct.unpack('>I6', done[i + 1]) - shift) .. string.sub(done[i + 1], 7))
			end
			local recurring = redis.call('HGETALL', Q .. ':recurring')
			for i = 1, #recurring, 2 do
				local version, due, next, last = struct.unpack('>I6I6I6I6', recurring[i + 1])
				due = due > 0 and due - shift or 0
				next = next > 0 and next - shift or 0
				last = last > 0 and last - shift or 0
				redis.call('HSET', Q .. ':recurring', recurring[i],
					struct.pack('>I6I6I6I6', version, due, next, last) .. string.sub(recurring[i + 1], 25))
				if due > 0 then
					redis.call('ZADD', Q .. ':recurring-due', text(due), recurring[i])
				end
			end
			for _, state in ipairs({ 'succeeded', 'failed', 'cancelled' }) do
				local key = Q .. ':ended:' .. state
				for i, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do
					local job, at = string.match(entry, '([%d.]+):(%d+)')
					redis.call('LSET', key, i - 1, job .. ':' .. text(at - shift))
				end
			end
			local lapses = redis.call('ZRANGE', Q .. ':lapses', 0, -1, 'WITHSCORES')
			for i = 1, #lapses, 2 do
				local till = text(lapses[i + 1] - shift)
				redis.call('ZADD', Q .. ':lapses', till, lapses[i])
				local entry = string.gsub(redis.call('HGET', Q .. ':unique', lapses[i]), '%d+$', till)
				redis.call('HSET', Q .. ':unique', lapses[i], entry)
			end
			for _, name in ipairs({ 'workflow-timeouts', 'workflow-ends', 'intents', 'deliveries', 'strays',
				'moves', 'arrived' }) do
				local times = redis.call('ZRANGE', Q .. ':' .. name, 0, -1, 'WITHSCORES')
				for i = 1, #times, 2 do
					redis.call('ZADD', Q .. ':' .. name, text(times[i + 1] - shift), times[i])
				end
			end
			local workflows = redis.call('HGETALL', Q .. ':workflows')
			for i = 1, #workflows, 2 do
				local version, created, ended = struct.unpack('>I6I6I6', workflows[i + 1])
				redis.call('HSET', Q .. ':workflows', workflows[i], struct.pack('>I6I6I6', version, created - shift,
					ended > 0 and ended - shift or 0) .. string.sub(workflows[i + 1], 19))
			end
			return 0
			""";

	/** Removes the keys whose names hold ids of workflows. */
	private static final String REMOVE_TASKS = """
			local removed = 0
			for _, name in ipairs({ 'task-contents', 'task-statuses', 'task-names', 'tasks-ready', 'tasks-live' }) do
				for _, workflow in ipairs(redis.call('HKEYS', KEYS[1] .. ':workflows')) do
					removed = removed + redis.call('DEL', KEYS[1] .. ':' .. name .. ':' .. workflow)
				end
			end
			for _, state in ipairs({ 'RUNNING', 'STILL', 'NEXT', 'DONE' }) do
				removed = removed + redis.call('DEL', KEYS[1] .. ':workflow-ids:' .. state)
			end
			return removed
			""";

	private static final String ADVANCE_REGISTRY = """
			local nodes = redis.call('ZRANGE', KEYS[1] .. ':nodes', 0, -1, 'WITHSCORES')
			for i = 1, #nodes, 2 do
				redis.call('ZADD', KEYS[1] .. ':nodes', string.format('%.0f', nodes[i + 1] - ARGV[1]), nodes[i])
				local described = redis.call('HGET', KEYS[1] .. ':described', nodes[i])
				redis.call('HSET', KEYS[1] .. ':described', nodes[i],
					struct.pack('>I6', struct.unpack('>I6', described) - ARGV[1]) .. string.sub(described, 7))
			end
			local declared = redis.call('ZRANGE', KEYS[1] .. ':declared', 0, -1, 'WITHSCORES')
			for i = 1, #declared, 2 do
				redis.call('ZADD', KEYS[1] .. ':declared', string.format('%.0f', declared[i + 1] - ARGV[1]), declared[i])
			end
			return 0
			""";

	/** Takes the registration away, but not the leases. */
	private static final String FORGET_IN_QUEUE = """
			if redis.call('SMOVE', KEYS[1] .. ':nodes', KEYS[1] .. ':leaving', ARGV[1]) == 1 then
				return 1
			end
			return 0
			""";

	private static final String FORGET_IN_REGISTRY = """
			redis.call('HDEL', KEYS[1] .. ':described', ARGV[1])
			return redis.call('ZREM', KEYS[1] .. ':nodes', ARGV[1])
			""";

	private final LettuceConnectionFactory connections;

	private final List<RedisJobStore> stores = new ArrayList<>();

	private final boolean isEnqueueAfterCommit;

	private RedisOptions options = RedisOptions.DEFAULT;

	private RedisFixture(LettuceConnectionFactory connections, boolean isEnqueueAfterCommit) {
		this.connections = connections;
		this.isEnqueueAfterCommit = isEnqueueAfterCommit;
	}

	/**
	 * Create a fixture on one server.
	 * @return the fixture
	 */
	public static RedisFixture standalone() {
		return new RedisFixture(Standalone.CONNECTIONS, true);
	}

	/**
	 * Create a fixture on one server that does not wait for commits.
	 * @return the fixture
	 */
	public static RedisFixture standaloneAtOnce() {
		return new RedisFixture(Standalone.CONNECTIONS, false);
	}

	/**
	 * Create a fixture on a cluster.
	 * @return the fixture
	 */
	public static RedisFixture cluster() {
		return new RedisFixture(Cluster.CONNECTIONS, true);
	}

	@Override
	public JobStore createStore(Retention retention) {
		close();
		this.options = new RedisOptions(RedisServer.newKeyPrefix(), retention, true, this.isEnqueueAfterCommit);
		return create();
	}

	@Override
	public Optional<JobStore> secondInstance() {
		return Optional.of(create());
	}

	private RedisJobStore create() {
		RedisJobStore store = new RedisJobStore(this.connections, this.options);
		this.stores.add(store);
		return store;
	}

	/**
	 * Return where connections come from.
	 * @return the same factory for all fixtures of its kind
	 */
	public LettuceConnectionFactory connections() {
		return this.connections;
	}

	/**
	 * Return the settings of the last store that was created.
	 * @return the settings
	 */
	public RedisOptions options() {
		return this.options;
	}

	@Override
	public Instant now() {
		try (RedisConnection connection = this.connections.getConnection()) {
			return Instant.ofEpochMilli(connection.serverCommands().time());
		}
	}

	@Override
	public void advance(Duration duration) {
		String millis = Long.toString(duration.toMillis());
		queues().forEach((queue) -> run(ADVANCE_QUEUE, queueKey(queue), millis));
		run(ADVANCE_REGISTRY, registryKey(), millis);
	}

	@Override
	public boolean forgetNode(long node) {
		run(FORGET_IN_REGISTRY, registryKey(), Long.toString(node));
		queues().forEach((queue) -> run(FORGET_IN_QUEUE, queueKey(queue), Long.toString(node)));
		return true;
	}

	private String registryKey() {
		return this.options.keyPrefix() + ":{#registry}";
	}

	private String queueKey(String queue) {
		return this.options.keyPrefix() + ":{" + queue + "}";
	}

	private Set<String> queues() {
		return new StringRedisTemplate(this.connections).<String, String>opsForHash().keys(registryKey() + ":queues");
	}

	private void run(String script, String key, String argument) {
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.scriptingCommands()
				.eval(script.getBytes(StandardCharsets.UTF_8), ReturnType.INTEGER, 1,
						key.getBytes(StandardCharsets.UTF_8), argument.getBytes(StandardCharsets.UTF_8));
		}
	}

	@Override
	public void close() {
		if (!this.stores.isEmpty()) {
			queues().forEach((queue) -> {
				run(REMOVE_TASKS, queueKey(queue), "");
				deleteKeys(queueKey(queue));
			});
			deleteKeys(registryKey());
		}
		this.stores.forEach(RedisJobStore::close);
		this.stores.clear();
	}

	private void deleteKeys(String prefix) {
		StringRedisTemplate template = new StringRedisTemplate(this.connections);
		for (String name : List.of("number", "lease", "claims", "jobs", "done", "ready", "suspects", "due", "later",
				"asides", "nodes", "leaving", "cancel", "awaited", "deadlines", "progress", "failures", "paused",
				"succeeded", "failed", "cancelled", "limited", "parked", "rated", "limits", "unique", "owners",
				"lapses", "ended:succeeded", "ended:failed", "ended:cancelled", "queues", "node", "described",
				"pruning", "recurring", "recurring-due", "recurring-queues", "declared", "workflow-queues", "tasks",
				"ends", "posts", "news", "workflows", "workflow-contents", "workflow-ids", "workflow-timeouts",
				"workflow-ends", "intents", "delivered", "deliveries", "moved", "strays", "moving", "moves", "arrived",
				"errands")) {
			template.unlink(prefix + ":" + name);
		}
	}

	/**
	 * One client for all fixtures on one server.
	 */
	private static final class Standalone {

		private static final LettuceConnectionFactory CONNECTIONS = RedisServer.get().connectionFactory();

	}

	/**
	 * One client for all fixtures on the cluster.
	 */
	private static final class Cluster {

		private static final LettuceConnectionFactory CONNECTIONS = RedisCluster.get().connectionFactory();

	}

}
