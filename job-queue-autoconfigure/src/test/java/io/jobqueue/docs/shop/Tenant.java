package io.jobqueue.docs.shop;

final class Tenant {

	private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

	private Tenant() {
	}

	static String current() {
		return CURRENT.get();
	}

	static void use(String tenant) {
		CURRENT.set(tenant);
	}

	static void leave() {
		CURRENT.remove();
	}

}
