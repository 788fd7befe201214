package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.RemotePath;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
        List<String> heldOut = pin.files().stream()
                .filter(file -> HELD_OUT.matcher(file.name()).matches())
                .map(RemoteFile::path)
                .toList();
        boolean chosen = RemotePath.hasWildcards(wanted.location());
        return trained.filter(any -> !chosen
                        && !heldOut.isEmpty()
                        && heldOut.size() < pin.files().size())
                .map(purpose ->
                        "%s: %s is trained on whole, with what its name calls a split for tests or validation: %s%s."
                                        .formatted(
                                                wanted.fields().get(purpose),
                                                wanted.location(),
                                                heldOut.stream().limit(SHOWN).collect(Collectors.joining(", ")),
                                                heldOut.size() > SHOWN
                                                        ? " and %d more".formatted(heldOut.size() - SHOWN)
                                                        : "")
                                + " To leave that out, name a file, a folder or a pattern in the location, as %s/**train**"
                                        .formatted(wanted.location().replaceFirst("/$", "")));
    }
}
