package dev.potstill.trainer.fetch;

import dev.potstill.api.Data.Source;
import dev.potstill.contract.DataForm;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.Problem;
import dev.potstill.contract.RemotePath;
import dev.potstill.contract.SourceDigests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Data that are published in splits: who reads a whole folder of them trains on what is meant for tests. */
final class Splits {
    private static final Pattern HELD_OUT =
            Pattern.compile("(.*[^a-z])?(test|validation|valid|val|dev|eval)([^a-z].*)?", Pattern.CASE_INSENSITIVE);
    private static final int SHOWN = 5;

    private Splits() {}

    static Optional<String> warning(Wanted wanted, Pin pin) {
        Optional<Purpose> trained = wanted.fields().keySet().stream()
                .filter(purpose -> purpose.isData() && purpose != Purpose.Questions)
                .findFirst();
        List<String> heldOut = heldOut(pin.files(), RemoteFile::name).stream()
                .map(RemoteFile::path)
                .toList();
        boolean chosen = RemotePath.hasWildcards(wanted.location());
        return trained.filter(any -> !chosen && isSome(heldOut, pin.files()))
                .map(purpose -> found(String.valueOf(wanted.fields().get(purpose)), wanted.location(), heldOut)
                        + " To leave that out, name a file, a folder or a pattern in the location, as %s/**train**"
                                .formatted(wanted.location().replaceFirst("/$", "")));
    }

    /** Of the sources that are folders of this machine, a warning each where it has cause. */
    static List<String> here(List<Source> sources) {
        return IntStream.range(0, sources.size())
                .mapToObj(i -> here("spec.data.sources[%d].uri".formatted(i), sources.get(i)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> here(String field, Source source) {
        Optional<Path> folder = Optional.of(source.uri())
                .filter(uri -> uri.startsWith("file:"))
                .map(SourceDigests::path)
                .filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<String> files = DataForm.of(source.format()).in(folder.get()).stream()
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
            List<String> heldOut = heldOut(files, name -> name);
            return isSome(heldOut, files)
                    ? Optional.of(
                            found(field, folder.get().toString(), heldOut)
                                    + " To leave that out, name the files to train on, each as a source, or a folder without it")
                    : Optional.empty();
        } catch (IOException e) {
            throw Problem.storage(folder.get(), e);
        }
    }

    private static <T> List<T> heldOut(List<T> files, Function<T, String> name) {
        return files.stream()
                .filter(file -> HELD_OUT.matcher(name.apply(file)).matches())
                .toList();
    }

    private static boolean isSome(List<?> heldOut, List<?> files) {
        return !heldOut.isEmpty() && heldOut.size() < files.size();
    }

    private static String found(String field, String location, List<String> heldOut) {
        return "%s: %s is trained on whole, with what its name calls a split for tests or validation: %s%s."
                .formatted(
                        field,
                        location,
                        heldOut.stream().limit(SHOWN).collect(Collectors.joining(", ")),
                        heldOut.size() > SHOWN ? " and %d more".formatted(heldOut.size() - SHOWN) : "");
    }
}
