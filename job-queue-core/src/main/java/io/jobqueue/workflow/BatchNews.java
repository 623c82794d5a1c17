package io.jobqueue.workflow;

/**
 * What happens to a batch while it is open, on its way there.
 *
 * @param added how many jobs it was given
 * @param isClosed whether it gets no more
 */
record BatchNews(int added, boolean isClosed) {

	private static final String PREFIX = "batch ";

	private static final String CLOSED = "closed";

	static boolean isWritten(String text) {
		return text.startsWith(PREFIX);
	}

	static BatchNews read(String text) {
		String news = text.substring(PREFIX.length());
		return news.equals(CLOSED) ? new BatchNews(0, true) : new BatchNews(Integer.parseInt(news), false);
	}

	@Override
	public String toString() {
		return PREFIX + (this.isClosed ? CLOSED : Integer.toString(this.added));
	}

}
