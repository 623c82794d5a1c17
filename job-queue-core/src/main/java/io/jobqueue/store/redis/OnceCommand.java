package io.jobqueue.store.redis;

import java.nio.ByteBuffer;
import java.util.List;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;

/**
 * The arguments of a script that must not run twice, and what takes its answer.
 * <p>
 * When a connection breaks, the driver sends again what had no answer yet, although the
 * server may have run it. It writes a command anew each time; so the first time this one
 * names its script, and from then on it names none. The server refuses that, which fails
 * the call: nobody can tell whether the script has run. What was refused, as a server of
 * a cluster does that has handed over its slots, may be sent again.
 */
final class OnceCommand extends CommandArgs<byte[], byte[]> {

	private static final String NO_SCRIPT = "sent-again";

	private final byte[] key;

	private final int count;

	// Written by the threads of the driver, in a cluster by more than one.
	private volatile boolean isSent;

	private volatile boolean isSentAgain;

	OnceCommand(byte[] script, byte[] key, byte[][] values) {
		super(ByteArrayCodec.INSTANCE);
		this.key = key;
		this.count = values.length;
		add(script).add(1).addKey(key).addValues(values);
	}

	@Override
	public void encode(ByteBuf buffer) {
		if (this.isSent) {
			this.isSentAgain = true;
			nothing().encode(buffer);
			return;
		}
		this.isSent = true;
		super.encode(buffer);
	}

	// As many arguments as have been announced by then.
	private CommandArgs<byte[], byte[]> nothing() {
		CommandArgs<byte[], byte[]> nothing = new CommandArgs<>(ByteArrayCodec.INSTANCE);
		nothing.add(NO_SCRIPT).add(1).addKey(this.key);
		for (int i = 0; i < this.count; i++) {
			nothing.add("");
		}
		return nothing;
	}

	/**
	 * Return whether the driver had to send it again, and so did not run the script.
	 */
	boolean isSentAgain() {
		return this.isSentAgain;
	}

	CommandOutput<byte[], byte[], List<Object>> output() {
		return new NestedMultiOutput<>(ByteArrayCodec.INSTANCE) {

			@Override
			public void setError(ByteBuffer error) {
				super.setError(error);
				OnceCommand.this.isSent = false;
			}

		};
	}

}
