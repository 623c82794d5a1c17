package io.jobqueue.worker;

/**
 * How the ephemeral jobs of this node are doing.
 *
 * @param running how many run
 * @param waiting how many wait: for a thread, for their delay, or for the commit of their
 * transaction
 * @param dropped how many were dropped since the start of the application, because there
 * was no room for them
 * @param lost how many were lost since the start of the application, because the node
 * stopped before they had ended
 * @since 0.1.0
 */
public record EphemeralStatus(int running, int waiting, long dropped, long lost) {
}
