/** The operator and the trainer as OCI images, made from this machine's C library and JDK without a daemon or a registry. */
@NullMarked
package dev.potstill.images;

import org.jspecify.annotations.NullMarked;
