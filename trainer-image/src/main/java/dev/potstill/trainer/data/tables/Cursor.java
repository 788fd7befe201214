package dev.potstill.trainer.data.tables;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A place in a query's result. */
public final class Cursor implements AutoCloseable {
    private final Connection connection;
    private final ResultSet rows;

    Cursor(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        try {
            this.rows = connection.createStatement().executeQuery(sql);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
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
        try (connection) {
            rows.close();
        } catch (SQLException e) {
            throw Database.failed(e);
        }
    }
}
