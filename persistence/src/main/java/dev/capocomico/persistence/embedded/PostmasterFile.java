package dev.capocomico.persistence.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}, which a running server keeps in its database directory and a killed one leaves there.
 *
 * @param pid the server's process, or whatever process got that number since
 * @param port 0 while the server has not got that far
 * @param status "starting", "ready", "stopping"; empty while the server has not got that far
 */
record PostmasterFile(Path path, long pid, int port, String status) {
    /** Larger than any process number a system gives out, and still a number for PostgreSQL. */
    private static final String NOBODYS_PID = Integer.toString(Integer.MAX_VALUE);

    static Path in(Path database) {
        return database.resolve("postmaster.pid");
    }

    /** Reads the file; nothing if there is none, or none with a process number yet. */
    static Optional<PostmasterFile> read(Path database) throws IOException {
        Path path = in(database);
        List<String> lines;
        try {
            lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        long pid = number(lines, 0);
        return pid <= 0
                ? Optional.empty()
                : Optional.of(new PostmasterFile(path, pid, (int) number(lines, 3), line(lines, 7)));
    }

    boolean isReady() {
        return status.equals("ready");
    }

    boolean isStopping() {
        return status.equals("stopping");
    }

    /** Whether the process is alive and is the server of this database; a number can have been given to another program. */
    boolean isServerOf(Path database) {
        return serves(pid, database);
    }

    static boolean serves(long pid, Path database) {
        return names(argumentsOf(pid), database);
    }

    /** The program that a process runs, by its path; empty if that cannot be known. */
    static String programOf(long pid) {
        List<String> arguments = argumentsOf(pid);
        return arguments.isEmpty() ? "" : arguments.getFirst();
    }

    /** A dead process that nobody has collected yet has no arguments, so it counts as gone, as it should. */
    private static List<String> argumentsOf(long pid) {
        if (Files.exists(Path.of("/proc/self/cmdline"))) {
            try {
                // Read here, not by ProcessHandle: that wants rights over the process which a container may not have.
                return List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8)
                        .split("\0", -1));
            } catch (IOException e) {
                return List.of();
            }
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().arguments())
                .map(List::of)
                .orElse(List.of());
    }

    private static boolean names(List<String> arguments, Path database) {
        int option = arguments.indexOf("-D");
        return option >= 0
                && option + 1 < arguments.size()
                && arguments.get(option + 1).equals(database.toString());
    }

    /**
     * Makes a stale file harmless whose number now belongs to another program, for which PostgreSQL would refuse to start. The
     * rest stays: by it PostgreSQL checks whether processes of the dead server still hold its memory.
     */
    void disown() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(path, StandardCharsets.ISO_8859_1));
        lines.set(0, NOBODYS_PID);
        Files.write(path, lines, StandardCharsets.ISO_8859_1);
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index).strip() : "";
    }

    private static long number(List<String> lines, int index) {
        String text = line(lines, index);
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
