package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.Subscription;
import org.springframework.data.redis.connection.SubscriptionListener;

/**
 * Receives what other nodes publish, on a connection of its own. Once it is subscribed,
 * the driver connects and subscribes again by itself; until then a thread keeps trying.
 */
final class MessageReceiver implements MessageListener, SubscriptionListener, AutoCloseable {

	private static final Log logger = LogFactory.getLog(MessageReceiver.class);

	private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

	private final RedisConnectionFactory connections;

	private final byte[] channel;

	private final Consumer<String> onMessage;

	private final Runnable onSubscribed;

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "job-queue-subscriber");

	// Guarded by this.
	private @Nullable RedisConnection connection;

	/**
	 * Create a receiver.
	 * @param connections where its connection comes from
	 * @param options the settings
	 * @param onMessage told each message
	 * @param onSubscribed told that messages may have been missed before
	 */
	MessageReceiver(RedisConnectionFactory connections, RedisOptions options, Consumer<String> onMessage,
			Runnable onSubscribed) {
		this.connections = connections;
		this.channel = Keys.bytes(options.channel());
		this.onMessage = onMessage;
		this.onSubscribed = onSubscribed;
	}

	void start() {
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void run() {
		try {
			while (!subscribe() && !this.closed.await(RETRY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.debug("Subscribing to wake-ups again");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean subscribe() {
		try {
			synchronized (this) {
				if (this.closed.getCount() > 0) {
					RedisConnection opened = this.connections.getConnection();
					this.connection = opened;
					opened.subscribe(this, this.channel);
				}
			}
			return true;
		}
		catch (RuntimeException ex) {
			logger.debug("Wake-ups cannot be subscribed to; polling goes on", ex);
			closeConnection();
			return false;
		}
	}

	@Override
	public void onMessage(Message message, byte @Nullable [] pattern) {
		this.onMessage.accept(new String(message.getBody(), StandardCharsets.UTF_8));
	}

	@Override
	public void onChannelSubscribed(byte[] subscribed, long count) {
		this.onSubscribed.run();
	}

	@Override
	public void close() {
		this.closed.countDown();
		closeConnection();
	}

	private synchronized void closeConnection() {
		RedisConnection open = this.connection;
		this.connection = null;
		if (open == null) {
			return;
		}
		try {
			Subscription subscription = open.getSubscription();
			if (subscription != null) {
				subscription.close();
			}
			open.close();
		}
		catch (RuntimeException ex) {
			logger.debug("The connection for wake-ups was closed already", ex);
		}
	}

}
