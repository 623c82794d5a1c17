package io.jobqueue.docs.shop;

interface Catalog {

	void load(long productId);

}
