package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.RemotePath;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which of a place's files are needed for what, and what they are called here. */
final class Selection {
    private static final Set<String> TOKENIZER = Set.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "chat_template.jinja",
            "chat_template.json",
            "config.json",
            "generation_config.json");
    private static final Set<String> ABOUT_DATA = Set.of("dataset_infos.json", "dataset_dict.json", "state.json");
    private static final String INDEX = "model.safetensors.index.json";
    private static final String WHOLE = "model.safetensors";
    private static final int SHOWN = 5;

    private final Wanted wanted;
    private final String path;
    private final List<RemoteFile> all;

    private Selection(Wanted wanted, String path, List<RemoteFile> all) {
        this.wanted = wanted;
        this.path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.all = all;
    }

    /** @param path of the location within the place: a file, a folder, or with wildcards */
    static List<RemoteFile> of(Wanted wanted, String path, List<RemoteFile> all) {
        return new Selection(wanted, path, all).files();
    }

    private List<RemoteFile> files() {
        List<RemoteFile> named = all.stream()
                .filter(file -> RemotePath.hasWildcards(path)
                        ? RemotePath.fits(path, file.path())
                        : file.path().equals(path))
                .toList();
        return switch (wanted.purpose()) {
            case Model -> named.isEmpty() ? model(inFolder()) : gguf(named);
            case Tokenizer -> tokenizer(inFolder());
            default -> called(named.isEmpty() ? data(below()) : named);
        };
    }

    /** Those right in the folder, by their names there. */
    private List<RemoteFile> inFolder() {
        return below().stream()
                .map(file -> renamed(file, file.path().substring(path.isEmpty() ? 0 : path.length() + 1)))
                .filter(file -> !file.name().contains("/"))
                .toList();
    }

    private List<RemoteFile> below() {
        return all.stream()
                .filter(file -> path.isEmpty() || file.path().startsWith(path + "/"))
                .toList();
    }

    private List<RemoteFile> gguf(List<RemoteFile> named) {
        if (named.size() != 1 || !named.getFirst().path().endsWith(".gguf")) {
            throw refused(named, "a folder with config.json, or one .gguf file");
        }
        return called(named);
    }

    private List<RemoteFile> model(List<RemoteFile> files) {
        List<RemoteFile> weights = weights(files);
        if (weights.isEmpty()) {
            List<RemoteFile> ggufs = keep(files, name -> name.endsWith(".gguf"));
            if (ggufs.size() == 1) {
                return ggufs;
            }
            throw refused(files, "weights as .safetensors, or the path of one .gguf file");
        }
        if (keep(files, "config.json"::equals).isEmpty()) {
            throw refused(files, "config.json beside the weights");
        }
        return Stream.concat(weights.stream(), tokenizer(files).stream()).toList();
    }

    /** Other forms of the same weights are left where they are. */
    private static List<RemoteFile> weights(List<RemoteFile> files) {
        List<RemoteFile> whole = keep(files, WHOLE::equals);
        if (!whole.isEmpty()) {
            return whole;
        }
        if (keep(files, INDEX::equals).isEmpty()) {
            return List.of();
        }
        List<RemoteFile> shards = keep(files, name -> name.matches("model-.*\\.safetensors"));
        List<RemoteFile> any = keep(files, name -> name.endsWith(".safetensors") && !name.startsWith("consolidated"));
        return Stream.concat((shards.isEmpty() ? any : shards).stream(), keep(files, INDEX::equals).stream())
                .toList();
    }

    private List<RemoteFile> tokenizer(List<RemoteFile> files) {
        List<RemoteFile> found = keep(files, TOKENIZER::contains);
        if (keep(found, "tokenizer.json"::equals).isEmpty()) {
            throw refused(files, "tokenizer.json");
        }
        return found;
    }

    private List<RemoteFile> data(List<RemoteFile> files) {
        List<RemoteFile> found = switch (wanted.purpose()) {
            case Parquet -> ending(files, "parquet");
            case Text -> ending(files, "txt|text|md");
            case Lines -> lines(files);
            default -> {
                List<RemoteFile> lines = lines(files);
                yield lines.isEmpty() ? ending(files, "parquet") : lines;
            }
        };
        if (found.isEmpty()) {
            throw refused(
                    files,
                    switch (wanted.purpose()) {
                        case Parquet -> ".parquet files";
                        case Text -> ".txt or .md files";
                        case Lines -> ".jsonl files (also .gz or .zst)";
                        default -> ".jsonl or .parquet files";
                    });
        }
        return found;
    }

    private static List<RemoteFile> lines(List<RemoteFile> files) {
        List<RemoteFile> lines = ending(files, "jsonl|ndjson");
        return lines.isEmpty() ? ending(files, "json") : lines;
    }

    private static List<RemoteFile> ending(List<RemoteFile> files, String suffixes) {
        return keepPaths(files, path -> {
            String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            return name.matches("[^.].*\\.(" + suffixes + ")(\\.gz|\\.zst)?")
                    && !ABOUT_DATA.contains(name)
                    && !name.startsWith("readme.");
        });
    }

    private static List<RemoteFile> keep(List<RemoteFile> files, Predicate<String> name) {
        return files.stream().filter(file -> name.test(file.name())).toList();
    }

    private static List<RemoteFile> keepPaths(List<RemoteFile> files, Predicate<String> path) {
        return files.stream().filter(file -> path.test(file.path())).toList();
    }

    /** Data are read from one folder: what is in others below it is named after them. */
    private static List<RemoteFile> called(List<RemoteFile> files) {
        int common = commonFolder(files);
        return files.stream()
                .map(file -> renamed(file, file.path().substring(common).replace("/", "--")))
                .toList();
    }

    private static int commonFolder(List<RemoteFile> files) {
        String first = files.getFirst().path();
        int common = first.lastIndexOf('/') + 1;
        for (RemoteFile file : files) {
            while (!file.path().startsWith(first.substring(0, common))) {
                common = first.lastIndexOf('/', common - 2) + 1;
            }
        }
        return common;
    }

    private static RemoteFile renamed(RemoteFile file, String name) {
        return new RemoteFile(file.path(), name, file.bytes(), file.digest());
    }

    private RuntimeException refused(List<RemoteFile> found, String expected) {
        String names = found.stream()
                .map(RemoteFile::path)
                .sorted(Comparator.naturalOrder())
                .limit(SHOWN)
                .collect(Collectors.joining(", "));
        return wanted.rejected(
                "holds no %s: found %s"
                        .formatted(
                                expected.startsWith("a folder") ? "such model" : expected.replaceFirst(",.*", ""),
                                found.isEmpty()
                                        ? "no file there"
                                        : names
                                                + (found.size() > SHOWN
                                                        ? " and %d more".formatted(found.size() - SHOWN)
                                                        : "")),
                "Expected " + expected + "; correct the location");
    }
}
