package dev.potstill.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** What stands under every program: the C library, the names of users and hosts, and a folder for passing files. No shell, no tools. */
final class Base {
    private static final Map<String, String> FILES = Map.of(
            "/etc/passwd",
            "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n",
            "/etc/group",
            "root:x:0:\nnonroot:x:65532:\n",
            "/etc/nsswitch.conf",
            "passwd: files\ngroup: files\nhosts: files dns\n");

    private Base() {}

    static Layer under(Collection<Path> binaries) throws IOException, InterruptedException {
        var layer = new Layer("base");
        for (Path library : CLibrary.neededBy(binaries)) {
            layer.program(library.toRealPath(), library.toString());
        }
        for (var file :
                FILES.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
            layer.file(Files.writeString(Files.createTempFile("base", ""), file.getValue()), file.getKey());
        }
        // Only a place to mount on: pods run with a root that is not written to.
        return layer.folder("/tmp");
    }
}
