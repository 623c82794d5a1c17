/**
 * The application that README.md and the pages of docs show excerpts of.
 */
@NullMarked
package io.jobqueue.docs.shop;

import org.jspecify.annotations.NullMarked;
