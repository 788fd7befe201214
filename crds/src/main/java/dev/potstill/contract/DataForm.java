package dev.potstill.contract;

import dev.potstill.api.Data.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which files of a folder are data of a form, by their names: hidden ones, and those that only tell of data, never are. */
public enum DataForm {
    Lines(".jsonl files (also .gz or .zst)"),
    Parquet(".parquet files"),
    Text(".txt or .md files"),
    /** A suite's questions: in whatever form they are. */
    Questions(".jsonl, .csv, .tsv or .parquet files");

    private static final String ABOUT = "dataset_infos\\.json|dataset_dict\\.json|state\\.json"
            + "|(readme|licen[sc]e|notice|citation|changelog)([._][a-z0-9]+)*";
    private static final String PACKED = "(\\.gz|\\.zst)?";
    private static final String ANY = ".*\\.((jsonl|ndjson|json|txt|text|md)" + PACKED + "|parquet)";

    private final String words;

    DataForm(String words) {
        this.words = words;
    }

    public static DataForm of(Format format) {
        return switch (format) {
            case ChatJsonl, PromptJsonl -> Lines;
            case Parquet -> Parquet;
            case Text -> Text;
        };
    }

    /** What such files are called, for messages. */
    public String words() {
        return words;
    }

    /** @param path of a file, with forward slashes */
    public <T> List<T> of(List<T> files, Function<T, String> path) {
        return switch (this) {
            case Lines -> first(named(files, path, "jsonl|ndjson", PACKED), named(files, path, "json", PACKED));
            case Parquet -> named(files, path, "parquet", PACKED);
            case Text -> named(files, path, "txt|text|md", PACKED);
            case Questions -> {
                List<T> tables = named(files, path, "csv|tsv", "");
                List<T> both = Stream.concat(Lines.of(files, path).stream(), tables.stream())
                        .toList();
                yield first(both, Parquet.of(files, path));
            }
        };
    }

    /** The files right in a folder, by their names; where none is called as its form is, those called as no form is. */
    public List<Path> in(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> all = entries.filter(Files::isRegularFile).sorted().toList();
            return first(of(all, DataForm::name), keep(all, DataForm::name, name -> !name.matches("_.*|" + ANY)));
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static <T> List<T> first(List<T> some, List<T> others) {
        return some.isEmpty() ? others : some;
    }

    private static <T> List<T> named(List<T> files, Function<T, String> path, String suffixes, String packed) {
        return keep(files, path, name -> name.matches(".+\\.(" + suffixes + ")" + packed));
    }

    private static <T> List<T> keep(List<T> files, Function<T, String> path, Predicate<String> name) {
        return files.stream()
                .filter(file -> {
                    String whole = path.apply(file).toLowerCase(Locale.ROOT);
                    String last = whole.substring(whole.lastIndexOf('/') + 1);
                    return !("/" + whole).contains("/.") && !last.matches(ABOUT) && name.test(last);
                })
                .toList();
    }
}
