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

	/** The server does nothing else meanwhile, so less than could be. */
	private int left = JobAdmin.MAX_EXAMINED / 2;

	JobSearch(ScriptRunner scripts, Registry registry, RedisOptions options, Set<String> queues, JobFilter filter) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.queues = queues;
		this.filter = filter;
	}

	/**
	 * Return whether the sizes of sets tell how many jobs pass.
	 */
	static boolean isAboutStatesAndQueueOnly(JobFilter filter) {
		return filter.handler() == null && filter.headers().isEmpty() && filter.concurrencyKey() == null
				&& filter.created().isAny() && filter.due().isAny() && filter.finished().isAny();
	}

	JobPage page(@Nullable JobId before, int limit) {
		PriorityQueue<QueueListing> listings = open(before, limit);
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
		PriorityQueue<QueueListing> listings = open(null, Math.min(limit + 1, JobAdmin.MAX_PAGE_SIZE));
		int count = 0;
		QueueListing listing = next(listings);
		while (listing != null && count <= limit) {
			listing.remove();
			count++;
			keep(listing, listings);
			listing = next(listings);
		}
		return new JobCount(Math.min(count, limit), count <= limit && listings.isEmpty());
	}

	private PriorityQueue<QueueListing> open(@Nullable JobId before, int limit) {
		PriorityQueue<QueueListing> listings = new PriorityQueue<>(
				Comparator.comparing(QueueListing::position).reversed());
		this.scripts.call((session) -> {
			List<QueueListing> opened = this.queues.stream()
				.map((queue) -> new QueueListing(queue, this.options.queueKey(queue), this.registry.number(queue),
						this.filter, before, limit, this.queues.size()))
				.toList();
			opened.stream()
				.map((listing) -> listing.start(session))
				.toList()
				.forEach((read) -> this.left -= read.get());
			listings.addAll(opened.stream().filter((listing) -> !listing.isAtEnd()).toList());
			return listings;
		});
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
			this.scripts.call((session) -> this.left -= first.start(session).get());
			keep(first, listings);
		}
		return null;
	}

	private static void keep(QueueListing listing, PriorityQueue<QueueListing> listings) {
		if (!listing.isAtEnd()) {
			listings.add(listing);
		}
	}

}
