package io.jobqueue.benchmarks.process;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;

import org.HdrHistogram.Histogram;

/**
 * What a worker process has seen.
 *
 * @param count the number of jobs
 * @param firstMicros when the first one started, in microseconds since 1970
 * @param lastMicros when the last one started
 * @param latencies microseconds from enqueue to start, encoded
 */
public record WorkerReport(long count, long firstMicros, long lastMicros, String latencies) {

	static String encode(Histogram histogram) {
		ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
		int length = histogram.encodeIntoCompressedByteBuffer(buffer);
		return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
	}

	/**
	 * Return the latencies.
	 * @return microseconds from enqueue to start
	 */
	public Histogram histogram() {
		try {
			return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(this.latencies)),
					0);
		}
		catch (DataFormatException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
