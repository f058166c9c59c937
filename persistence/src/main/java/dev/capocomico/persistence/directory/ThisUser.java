package dev.capocomico.persistence.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this process is: on Linux the owner of its entry in /proc; elsewhere the owner of its home, unless it is root. */
public final class ThisUser {
    private static final Path SELF = Path.of("/proc/self");

    private ThisUser() {}

    /** The number of the user; 0 is root. */
    public static int uid() throws IOException {
        return number("unix:uid");
    }

    /** The number of the user's group. */
    public static int gid() throws IOException {
        return number("unix:gid");
    }

    private static int number(String attribute) throws IOException {
        if (Files.exists(SELF)) {
            return (Integer) Files.getAttribute(SELF, attribute);
        }
        return System.getProperty("user.name", "?").equals("root")
                ? 0
                : (Integer) Files.getAttribute(Path.of(System.getProperty("user.home", "/")), attribute);
    }
}
