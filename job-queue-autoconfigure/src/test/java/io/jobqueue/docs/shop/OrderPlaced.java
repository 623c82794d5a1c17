package io.jobqueue.docs.shop;

record OrderPlaced(long orderId, String customer) {
}
