package dev.potstill.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The libraries of this machine that programs stand on: the C library, its loader, and for tensors C++'s. */
final class CLibrary {
    /** A library by its name and where it was found, or the loader, which has a place only. */
    private static final Pattern LINE =
            Pattern.compile("^\\s+(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)$", Pattern.MULTILINE);

    private CLibrary() {}

    /** What the programs and libraries ask for and do not bring along, by the path they look for it at. */
    static SortedSet<Path> neededBy(Collection<Path> binaries) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add("ldd");
        binaries.forEach(binary -> command.add(binary.toString()));
        Process ldd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String told = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ldd.waitFor() != 0) {
            throw new IOException("ldd: " + told);
        }
        var brought = new TreeSet<Path>();
        binaries.forEach(binary -> brought.add(binary.getParent()));
        var needed = new TreeSet<Path>();
        LINE.matcher(told)
                .results()
                .map(found -> Path.of(found.group(1)).normalize())
                .forEach(library -> {
                    if (brought.stream().noneMatch(library::startsWith)) {
                        needed.add(library);
                    }
                });
        return needed;
    }
}
