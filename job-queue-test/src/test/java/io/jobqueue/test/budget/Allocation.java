package io.jobqueue.test.budget;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import com.sun.management.ThreadMXBean;

/**
 * What the threads of a test allocate: the one that runs it, and those that are started
 * from now on. Tests that ran before in the same process have left threads behind, those
 * of their connections for instance, which go on allocating.
 */
final class Allocation {

	private final ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private final Set<Long> others = Arrays.stream(this.bean.getAllThreadIds())
		.filter((id) -> id != Thread.currentThread().getId())
		.boxed()
		.collect(Collectors.toUnmodifiableSet());

	/**
	 * Return how many bytes the threads that live now have allocated.
	 */
	long bytes() {
		long[] threads = Arrays.stream(this.bean.getAllThreadIds()).filter((id) -> !this.others.contains(id)).toArray();
		return Arrays.stream(this.bean.getThreadAllocatedBytes(threads)).map((bytes) -> Math.max(bytes, 0)).sum();
	}

}
