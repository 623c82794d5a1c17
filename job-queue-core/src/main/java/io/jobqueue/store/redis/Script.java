package io.jobqueue.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The scripts, one for each verb. Their files say what goes in, what comes out, and what
 * it costs. Those of a queue share {@code queue.lua}.
 */
enum Script {

	ENQUEUE("enqueue", true),

	ENQUEUE_UNIQUE("enqueue-unique", true),

	RESERVE("reserve", true),

	EXCHANGE("exchange", true),

	ADMIT("admit", true),

	TAKE_BACK("take-back", true),

	MARK("mark", true),

	PULSE("pulse", true),

	PRUNE("prune", true),

	EXPIRE("expire", true),

	ACT("act", true),

	MOVE_OUT("move-out", true),

	MOVE_NOTE("move-note", true),

	MOVE_IN("move-in", true),

	MOVE_OVER("move-over", true),

	MOVE_FORGET("move-forget", true),

	LIMIT("limit", true),

	FIND("find", true),

	LOOK("look", true),

	AWAIT("await", true),

	STATUS("status", true),

	HELD("held", true),

	EXPLAIN("explain", true),

	NUMBER("number", false),

	REGISTER("register", false),

	HEARTBEAT("heartbeat", false),

	DEREGISTER("deregister", false),

	REAP("reap", false),

	TURN("turn", false),

	RECURRING_CHANGE("recurring-change", enqueueFunction()),

	RECURRING_LOOK("recurring-look", true),

	RECURRING_OWN("recurring-own", false),

	RECURRING_DECLARE("recurring-declare", false),

	LIVE("live", true),

	WORKFLOW_COMMIT("workflow-commit", workflowFunctions()),

	WORKFLOW_DELIVER("workflow-deliver", workflowFunctions()),

	WORKFLOW_COMPLETE("workflow-complete", workflowFunctions()),

	WORKFLOW_STAGE("workflow-stage", true),

	WORKFLOW_LOOK("workflow-look", workflowFunctions()),

	WORKFLOW_FIND("workflow-find", workflowFunctions()),

	WORKFLOW_TASKS("workflow-tasks", workflowFunctions()),

	WORKFLOW_PRUNE("workflow-prune", workflowFunctions());

	private final byte[] text;

	private final String digest;

	Script(String name, boolean isOfQueue) {
		this(name, isOfQueue ? read("queue") : "");
	}

	Script(String name, String before) {
		String source = before + read(name);
		this.text = source.getBytes(StandardCharsets.UTF_8);
		this.digest = digest(this.text);
	}

	byte[] text() {
		return this.text;
	}

	/**
	 * Return the name by which a server knows this script once it has seen it.
	 */
	String digest() {
		return this.digest;
	}

	/**
	 * Return whether to run it a second time would do something a second time.
	 */
	boolean runsOnce() {
		return this == ENQUEUE || this == ENQUEUE_UNIQUE || this == WORKFLOW_COMMIT;
	}

	// The script of an enqueue, to be called with arguments of its own.
	private static String enqueueFunction() {
		return read("queue") + "local function enqueue(ARGV)\n" + read("enqueue") + "end\n";
	}

	private static String workflowFunctions() {
		return enqueueFunction() + "local function act(ARGV)\n" + read("act") + "end\n" + read("workflow");
	}

	private static String read(String name) {
		try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
			if (file == null) {
				throw new IllegalStateException("The script " + name + ".lua is missing");
			}
			return new String(file.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String digest(byte[] text) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
