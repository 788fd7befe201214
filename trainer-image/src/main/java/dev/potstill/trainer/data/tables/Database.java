package dev.potstill.trainer.data.tables;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** A database of this process alone, gone once closed. What does not fit its memory is spilled into a folder. */
public final class Database implements AutoCloseable {
    private static final Pattern PATTERN = Pattern.compile("[*?\\[]");

    private final DuckDBConnection connection;

    private Database(DuckDBConnection connection) {
        this.connection = connection;
    }

    /**
     * @param bytes of memory for tables and joins
     * @param spill a folder for what needs more
     */
    public static Database open(long bytes, int threads, Path spill) {
        try {
            var settings = new Properties();
            // Rows are handed over as they are found: a result need not fit memory either.
            settings.setProperty("jdbc_stream_results", "true");
            Connection connection = connect(settings);
            var database = new Database((DuckDBConnection) connection);
            database.run("SET memory_limit = '%dMiB'".formatted(Math.max(64, bytes >> 20)));
            database.run("SET threads = " + threads);
            database.run("SET temp_directory = " + quoted(spill.toString()));
            database.run("SET preserve_insertion_order = false");
            // What is not in the library is not fetched from anywhere.
            database.run("SET autoinstall_known_extensions = false");
            database.run("SET autoload_known_extensions = false");
            return database;
        } catch (SQLException e) {
            throw failed(e);
        } catch (LinkageError e) {
            // It unpacks its library when it is first used.
            throw new Problem(
                    ExitCode.STORAGE,
                    "%s: the embedded database's library could not be unpacked there, which takes 100 MB; free or add space, or name"
                                    .formatted(System.getProperty("java.io.tmpdir"))
                            + " another folder in the environment variable JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER",
                    e);
        }
    }

    private static Connection connect(Properties settings) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
        Unpacked.letGo();
        return connection;
    }

    /** A row of a result. */
    @FunctionalInterface
    public interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
    }

    public void run(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Hands out the rows in turn. */
    public void query(String sql, RowConsumer rows) {
        try (Cursor cursor = cursor(sql)) {
            while (cursor.next()) {
                rows.accept(cursor.row());
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The one number a query comes to. */
    public long number(String sql) {
        var found = new long[1];
        query(sql, row -> found[0] = row.getLong(1));
        return found[0];
    }

    public Cursor cursor(String sql) {
        try {
            // A connection of its own: anything else that is done on it would end the result.
            return new Cursor(connection.duplicate(), sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    public Appender appender(String table) {
        try {
            return new Appender(connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A text as SQL writes it. */
    public static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A file as DuckDB's functions take it, which would take its name for a pattern. */
    public static String file(Path file) {
        return quoted(PATTERN.matcher(file.toString()).replaceAll("[$0]"));
    }

    public static String list(List<Path> files) {
        return files.stream().map(Database::file).collect(Collectors.joining(", ", "[", "]"));
    }

    static Problem failed(SQLException e) {
        return new Problem(
                ExitCode.STORAGE,
                "the embedded database failed (%s). Check the disk's free space, or raise spec.data.memory"
                        .formatted(e.getMessage()),
                e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
