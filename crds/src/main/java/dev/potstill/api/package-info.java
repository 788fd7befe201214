/** The DistillationRun resource, v1alpha1: what a user writes and what is reported back. */
@NullMarked
package dev.potstill.api;

import org.jspecify.annotations.NullMarked;
