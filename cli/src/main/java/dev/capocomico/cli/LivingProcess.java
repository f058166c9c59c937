package dev.capocomico.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process and its begin, by which it is told from a later one that was given the same number. On Linux the begin is counted from
 * the start of the machine, whose number stands beside it: a clock that is set changes neither.
 */
record LivingProcess(long pid, String begun) {
    private static final Path PROC = Path.of("/proc");

    /** The fields of {@code /proc/PID/stat} that come after the name, which may hold anything, and before the begin. */
    private static final int FIELDS_BEFORE_BEGIN = 19;

    static LivingProcess self() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(() -> new IllegalStateException("this process, " + pid + ", is not found"));
    }

    /** Empty if there is none of that number, or nothing can be said of it. */
    static Optional<LivingProcess> of(long pid) {
        Optional<String> begun = Files.isDirectory(PROC.resolve("self"))
                ? begunOnLinux(pid)
                : ProcessHandle.of(pid)
                        .filter(ProcessHandle::isAlive)
                        .flatMap(process -> process.info().startInstant())
                        .map(Instant::toString);
        return begun.map(at -> new LivingProcess(pid, at));
    }

    private static Optional<String> begunOnLinux(long pid) {
        try {
            String stat =
                    Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            // A process that has ended and is still in the list holds no port.
            if (fields[0].equals("Z") || fields[0].equals("X")) {
                return Optional.empty();
            }
            String machine =
                    Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
            return Optional.of(fields[FIELDS_BEFORE_BEGIN] + "@" + machine);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    boolean lives() {
        return of(pid).equals(Optional.of(this));
    }
}
