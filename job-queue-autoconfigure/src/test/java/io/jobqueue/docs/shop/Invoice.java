package io.jobqueue.docs.shop;

record Invoice(long number) {
}
