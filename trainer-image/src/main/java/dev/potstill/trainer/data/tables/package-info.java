/** The embedded database, DuckDB: tables larger than memory. */
@NullMarked
package dev.potstill.trainer.data.tables;

import org.jspecify.annotations.NullMarked;
