package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.RemotePath;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
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
        return switch (wanted.fields().firstKey()) {
            case Model -> named.isEmpty() ? model(inFolder()) : gguf(named);
            case Tokenizer -> tokenizer(inFolder());
            default ->
                called(wanted.fields().keySet().stream()
                        .flatMap(purpose -> (named.isEmpty() ? data(purpose) : data(purpose, named)).stream())
                        .distinct()
                        .toList());
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

    private List<RemoteFile> data(Purpose purpose) {
        List<RemoteFile> found = purpose.form().of(below(), RemoteFile::path);
        if (found.isEmpty()) {
            throw refused(wanted.as(purpose), below(), purpose.form().words());
        }
        return found;
    }

    /** Of what wildcards fit, what a folder is read for; where nothing is called so, what they fit. */
    private static List<RemoteFile> data(Purpose purpose, List<RemoteFile> named) {
        List<RemoteFile> found =
                purpose == Purpose.Questions ? List.of() : purpose.form().of(named, RemoteFile::path);
        return found.isEmpty() ? named : found;
    }

    private static List<RemoteFile> keep(List<RemoteFile> files, Predicate<String> name) {
        return files.stream().filter(file -> name.test(file.name())).toList();
    }

    /** Data are read from one folder: what is in others below it is named after them, and no two the same. */
    private static List<RemoteFile> called(List<RemoteFile> files) {
        int common = commonFolder(files);
        List<RemoteFile> plain = called(files, common, path -> path.replace("/", "--"));
        boolean unique = plain.stream().map(RemoteFile::name).distinct().count() == files.size();
        return unique
                ? plain
                : called(files, common, path -> path.replace("%", "%25").replace("/", "%2F"));
    }

    private static List<RemoteFile> called(List<RemoteFile> files, int common, UnaryOperator<String> name) {
        return files.stream()
                .map(file -> renamed(file, name.apply(file.path().substring(common))))
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
        return refused(wanted, found, expected);
    }

    private static RuntimeException refused(Wanted wanted, List<RemoteFile> found, String expected) {
        String names = found.stream()
                .map(RemoteFile::path)
                .sorted(Comparator.naturalOrder())
                .limit(SHOWN)
                .collect(Collectors.joining(", "));
        return wanted.rejected(
                "holds no %s: found %s"
                        .formatted(
                                expected.startsWith("a folder") ? "such model" : expected.replaceFirst(", or .*", ""),
                                found.isEmpty()
                                        ? "no file there"
                                        : names
                                                + (found.size() > SHOWN
                                                        ? " and %d more".formatted(found.size() - SHOWN)
                                                        : "")),
                "Expected " + expected + "; correct the location");
    }
}
