package dev.potstill.trainer.data.tables;

import java.sql.SQLException;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Adds rows to a table, a value a column in turn. */
public final class Appender implements AutoCloseable {
    private final DuckDBAppender rows;

    Appender(DuckDBAppender rows) {
        this.rows = rows;
    }

    public void row(@Nullable Object... values) {
        try {
            rows.beginRow();
            for (Object value : values) {
                add(value);
            }
            rows.endRow();
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }

    private void add(@Nullable Object value) throws SQLException {
        switch (value) {
            case null -> rows.appendNull();
            case Long number -> rows.append(number.longValue());
            case String text -> rows.append(text);
            case long[] numbers -> rows.append(numbers);
            default -> throw new IllegalArgumentException("no column holds a " + value.getClass());
        }
    }

    @Override
    public void close() {
        try {
            rows.close();
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }
}
