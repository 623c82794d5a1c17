package io.jobqueue.docs.shop;

record Order(long id, String customer) {
}
