package io.jobqueue;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;

/**
 * A list of ids that stores runs of consecutive ids by their first, so that the ids of a
 * million jobs enqueued in one go take a few bytes.
 */
final class JobIds extends AbstractList<JobId> {

	private long[] firstIds = new long[8];

	private int[] firstIndexes = new int[8];

	private int runs;

	private int size;

	void append(List<JobId> ids) {
		ids.forEach((id) -> append(id.value()));
	}

	void append(EnqueueResult result) {
		append(result.id().value());
	}

	private void append(long id) {
		if (this.runs == 0 || id != this.firstIds[this.runs - 1] + (this.size - this.firstIndexes[this.runs - 1])) {
			startRun(id);
		}
		this.size++;
	}

	private void startRun(long id) {
		if (this.runs == this.firstIds.length) {
			this.firstIds = Arrays.copyOf(this.firstIds, this.runs * 2);
			this.firstIndexes = Arrays.copyOf(this.firstIndexes, this.runs * 2);
		}
		this.firstIds[this.runs] = id;
		this.firstIndexes[this.runs] = this.size;
		this.runs++;
	}

	@Override
	public JobId get(int index) {
		if (index < 0 || index >= this.size) {
			throw new IndexOutOfBoundsException("No index " + index + " in a list of " + this.size);
		}
		int found = Arrays.binarySearch(this.firstIndexes, 0, this.runs, index);
		int run = (found >= 0) ? found : -found - 2;
		return new JobId(this.firstIds[run] + (index - this.firstIndexes[run]));
	}

	@Override
	public int size() {
		return this.size;
	}

}
