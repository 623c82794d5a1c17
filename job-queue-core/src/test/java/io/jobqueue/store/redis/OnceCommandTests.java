package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;

import io.lettuce.core.output.CommandOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OnceCommandTests {

	private static final String NAMED = "$6\r\ndigest\r\n$1\r\n1\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";

	private final OnceCommand command = new OnceCommand(Keys.bytes("digest"), Keys.bytes("key"),
			new byte[][] { Keys.bytes("value") });

	@Test
	void scriptIsNamedOnlyOnce() {
		assertThat(write()).isEqualTo(NAMED);
		assertThat(this.command.isSentAgain()).isFalse();
		assertThat(write()).isEqualTo("$10\r\nsent-again\r\n$1\r\n1\r\n$3\r\nkey\r\n$0\r\n\r\n");
		assertThat(this.command.isSentAgain()).isTrue();
	}

	@Test
	void whatWasRefusedIsSentElsewhere() {
		CommandOutput<?, ?, ?> output = this.command.output();
		assertThat(write()).isEqualTo(NAMED);
		output.setError(StandardCharsets.US_ASCII.encode("MOVED 1 127.0.0.1:7001"));
		output.setError((String) null);
		assertThat(write()).isEqualTo(NAMED);
		assertThat(this.command.isSentAgain()).isFalse();
	}

	private String write() {
		ByteBuf buffer = Unpooled.buffer();
		this.command.encode(buffer);
		return buffer.toString(StandardCharsets.US_ASCII);
	}

}
