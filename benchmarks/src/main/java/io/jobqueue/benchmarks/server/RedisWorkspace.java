package io.jobqueue.benchmarks.server;

import java.util.List;

/**
 * The whole server: Redis has nothing else that is counted apart.
 */
final class RedisWorkspace implements Workspace {

	private final RedisServer server;

	RedisWorkspace(RedisServer server) {
		this.server = server;
	}

	@Override
	public String url() {
		return this.server.url();
	}

	@Override
	public void settle() {
		// there is nothing that it does later
	}

	@Override
	public Counters counters() {
		return new Counters(this.server.appended(), null, this.server.commands(),
				ProcessTree.cpuNanosOf(this.server.processes()));
	}

	@Override
	public Long statements() {
		return this.server.commands();
	}

	@Override
	public List<ProcessHandle> processes() {
		return this.server.processes();
	}

	@Override
	public void close() {
		this.server.clear();
	}

}
