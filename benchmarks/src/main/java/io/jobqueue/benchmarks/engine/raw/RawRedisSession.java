package io.jobqueue.benchmarks.engine.raw;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Worker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * A list.
 */
final class RawRedisSession implements LiveSession {

	private static final String LIST = "raw";

	private static final int ENQUEUED_AT_ONCE = 1000;

	private static final int TAKEN_AT_ONCE = 500;

	private static final String BEFORE = "{\"handler\":\"benchmark\",\"arguments\":[";

	private static final String BEHIND = "]}";

	private final RedisClient client;

	private final RedisCommands<String, String> commands;

	RawRedisSession(String url, EngineSettings settings) {
		this.client = RedisClient.create(url);
		this.commands = this.client.connect().sync();
	}

	@Override
	public void enqueueAll(LongStream payloads) {
		PrimitiveIterator.OfLong each = payloads.iterator();
		List<String> batch = new ArrayList<>(ENQUEUED_AT_ONCE);
		while (each.hasNext()) {
			batch.add(BEFORE + each.nextLong() + BEHIND);
			if (batch.size() == ENQUEUED_AT_ONCE || !each.hasNext()) {
				this.commands.rpush(LIST, batch.toArray(String[]::new));
				batch.clear();
			}
		}
	}

	@Override
	public void schedule(LongStream payloads, Duration delay) {
		throw new UnsupportedOperationException("It knows no due times");
	}

	@Override
	public void enqueue(long payload) {
		this.commands.rpush(LIST, BEFORE + payload + BEHIND);
	}

	@Override
	public Worker work(LongConsumer handler) {
		return new Loop(() -> {
			List<String> batch = this.commands.lrange(LIST, 0, TAKEN_AT_ONCE - 1);
			for (String job : batch) {
				handler.accept(Long.parseLong(job, BEFORE.length(), job.length() - BEHIND.length(), 10));
			}
			if (!batch.isEmpty()) {
				this.commands.ltrim(LIST, batch.size(), -1);
			}
			return batch.size();
		});
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

}
