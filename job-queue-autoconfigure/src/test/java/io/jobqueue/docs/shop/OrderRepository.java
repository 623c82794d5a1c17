package io.jobqueue.docs.shop;

interface OrderRepository {

	void save(Order order);

}
