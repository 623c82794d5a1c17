package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobCount;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobPage;
import io.jobqueue.JobRecord;

/**
 * A search for the jobs that pass a filter, newest first. It walks back along the ids of
 * all queues at the same time, and stops when it has looked at many.
 */
final class JobSearch {

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Set<String> queues;

	private final JobFilter filter;

	private int left;

	JobSearch(ScriptRunner scripts, Registry registry, RedisOptions options, Set<String> queues, JobFilter filter) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.queues = queues;
		this.filter = filter;
		// The server does nothing else meanwhile, so less than could be.
		this.left = isAboutStatesAndQueueOnly(filter) ? JobAdmin.MAX_EXAMINED / 2 : JobAdmin.MAX_EXAMINED / 8;
	}

	/**
	 * Return whether the sizes of sets tell how many jobs pass.
	 */
	static boolean isAboutStatesAndQueueOnly(JobFilter filter) {
		return filter.handler() == null && filter.headers().isEmpty() && filter.concurrencyKey() == null
				&& filter.created().isAny() && filter.due().isAny() && filter.finished().isAny();
	}

	JobPage page(@Nullable JobId before, int limit) {
		PriorityQueue<QueueListing> listings = newestFirst(open(before, limit, false));
		List<JobRecord> found = new ArrayList<>();
		while (found.size() < limit) {
			QueueListing listing = next(listings);
			if (listing == null) {
				return new JobPage(found, listings.isEmpty() ? null : listings.element().position());
			}
			found.add(listing.remove());
			keep(listing, listings);
		}
		return new JobPage(found, listings.isEmpty() ? null : found.get(limit - 1).id());
	}

	JobCount count(int limit) {
		List<QueueListing> opened = open(null, limit + 1, true);
		int count = opened.stream().mapToInt(QueueListing::takeCounted).sum();
		PriorityQueue<QueueListing> listings = newestFirst(opened);
		while (count <= limit && !listings.isEmpty() && this.left > 0) {
			QueueListing listing = listings.remove();
			read(listing);
			count += listing.takeCounted();
			keep(listing, listings);
		}
		return new JobCount(Math.min(count, limit), count <= limit && listings.isEmpty());
	}

	private List<QueueListing> open(@Nullable JobId before, int limit, boolean isCounting) {
		return this.scripts.call((session) -> {
			List<QueueListing> opened = this.queues.stream()
				.map((queue) -> new QueueListing(queue, this.options.queueKey(queue), this.registry.number(queue),
						this.filter, before, limit, this.queues.size(), isCounting))
				.toList();
			opened.stream()
				.map((listing) -> listing.start(session, this.left))
				.toList()
				.forEach((read) -> this.left -= read.get());
			return opened;
		});
	}

	private static PriorityQueue<QueueListing> newestFirst(List<QueueListing> opened) {
		PriorityQueue<QueueListing> listings = new PriorityQueue<>(
				Comparator.comparing(QueueListing::position).reversed());
		opened.forEach((listing) -> keep(listing, listings));
		return listings;
	}

	/**
	 * Return the listing that has the next job, taken out.
	 * @return the listing, or {@code null} if there is none or the search has to stop
	 */
	private @Nullable QueueListing next(PriorityQueue<QueueListing> listings) {
		while (!listings.isEmpty()) {
			QueueListing first = listings.element();
			if (first.hasNext()) {
				return listings.remove();
			}
			if (this.left <= 0) {
				return null;
			}
			listings.remove();
			read(first);
			keep(first, listings);
		}
		return null;
	}

	private void read(QueueListing listing) {
		this.scripts.call((session) -> this.left -= listing.start(session, this.left).get());
	}

	private static void keep(QueueListing listing, PriorityQueue<QueueListing> listings) {
		if (!listing.isAtEnd()) {
			listings.add(listing);
		}
	}

}
