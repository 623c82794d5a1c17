package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes a log of leases of what a Redis has written down. Commands come without a time;
 * but many of them have one in their values, which no later command precedes.
 */
final class RedisLeases {

	private static final int QUEUES = 4096;

	private static final int TIME = 6;

	private final LeaseLog log = new LeaseLog();

	private final Map<Long, Long> lastLeases = new HashMap<>();

	// Their jobs are taken back. Until then what they settle is heard.
	private final Set<Long> dead = new HashSet<>();

	private final String registry;

	private final String queue;

	private long queueNumber;

	private long now;

	private RedisLeases(String prefix) {
		this.registry = prefix + ":{#registry}:";
		this.queue = prefix + ":{" + ChaosSettings.QUEUE + "}:";
	}

	static LeaseLog read(List<Path> files, String prefix) throws IOException {
		RedisLeases leases = new RedisLeases(prefix);
		for (Path file : files) {
			try (AppendOnlyFile commands = new AppendOnlyFile(file)) {
				for (byte[][] command = commands.next(); command != null; command = commands.next()) {
					leases.read(command);
				}
			}
		}
		return leases.log;
	}

	private void read(byte[][] command) {
		if (command.length < 3) {
			return;
		}
		String name = text(command[0]).toUpperCase(Locale.ROOT);
		String key = text(command[1]);
		if (key.startsWith(this.registry)) {
			readRegistry(name + " " + key.substring(this.registry.length()), command);
		}
		else if (key.startsWith(this.queue)) {
			readQueue(name, key.substring(this.queue.length()), command);
		}
	}

	private void readRegistry(String what, byte[][] command) {
		switch (what) {
			case "HSET queues" -> this.queueNumber = number(command[3]);
			case "ZADD nodes" -> reached(number(command[2]));
			case "HSET described" -> this.log.came(number(command[2]), nameOfNode(command[3]), now());
			case "HDEL described" -> this.log.gone(number(command[2]), now());
			default -> {
			}
		}
	}

	private void readQueue(String name, String key, byte[][] command) {
		switch (name + " " + key) {
			case "HSET jobs" -> values(command, 0);
			case "HSET done" -> values(command, 1 + TIME);
			case "SMOVE nodes" -> this.dead.add(number(command[3]));
			default -> {
				if (key.startsWith("held:")) {
					readHeld(name, Long.parseLong(key.substring("held:".length())), command);
				}
			}
		}
	}

	private void readHeld(String name, long node, byte[][] command) {
		if (name.equals("HSET")) {
			for (int i = 2; i < command.length; i += 2) {
				long lease = number(command[i + 1]);
				this.lastLeases.put(number(command[i]), lease);
				this.log.claimed(job(command[i]), lease, node, now());
			}
		}
		else if (name.equals("HDEL")) {
			for (int i = 2; i < command.length; i++) {
				Long lease = this.lastLeases.get(number(command[i]));
				if (lease != null && this.dead.contains(node)) {
					this.log.ended(job(command[i]), lease, now());
				}
				else if (lease != null) {
					this.log.settled(job(command[i]), lease, now());
				}
			}
		}
	}

	// Times that have passed when the command was run.
	private void values(byte[][] command, int offset) {
		for (int i = 3; i < command.length; i += 2) {
			ByteBuffer value = ByteBuffer.wrap(command[i], offset, TIME);
			reached(((value.getShort() & 0xFFFFL) << 32) | (value.getInt() & 0xFFFFFFFFL));
		}
	}

	private void reached(long millis) {
		this.now = Math.max(this.now, millis);
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.now);
	}

	private long job(byte[] number) {
		return number(number) * QUEUES + this.queueNumber;
	}

	private static String nameOfNode(byte[] description) {
		int length = ByteBuffer.wrap(description, TIME, 4).getInt();
		return new String(description, TIME + 4, length, StandardCharsets.UTF_8);
	}

	private static long number(byte[] value) {
		return Long.parseLong(text(value).trim());
	}

	private static String text(byte[] value) {
		return new String(value, StandardCharsets.ISO_8859_1);
	}

}
