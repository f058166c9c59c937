package dev.capocomico.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long processes have kept a core busy. */
final class CpuTime {
    /** The kernel counts in hundredths of a second, whatever its own clock. */
    private static final long NANOS_PER_TICK = 10_000_000L;

    private CpuTime() {}

    static long ofThisProcessNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** A process, those it has started, and those of them that have ended; 0 where the system does not say. */
    static long ofFamilyNanos(long pid) {
        long ticks = ticks(pid, true)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(child -> ticks(child.pid(), false))
                        .sum();
        return ticks * NANOS_PER_TICK;
    }

    private static long ticks(long pid, boolean withEnded) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name, in parentheses, may hold anything; the fields after it are numbers.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return withEnded ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own;
        } catch (IOException e) {
            return 0;
        }
    }
}
