package dev.potstill.trainer.data.tables;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A place in a query's result. */
public final class Cursor implements AutoCloseable {
    private final Statement statement;
    private final ResultSet rows;

    Cursor(Statement statement, ResultSet rows) {
        this.statement = statement;
        this.rows = rows;
    }

    public boolean next() {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }

    public ResultSet row() {
        return rows;
    }

    public long number(int column) {
        try {
            return rows.getLong(column);
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }

    public String text(int column) {
        try {
            return String.valueOf(rows.getString(column));
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }

    @Override
    public void close() {
        try (statement) {
            rows.close();
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }
}
