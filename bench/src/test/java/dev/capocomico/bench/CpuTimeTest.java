package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
    private static final long BURN_NANOS = 600_000_000L;
    /** Two clocks of a hundredth of a second each, and what the JVM does beside. */
    private static final double TOLERANCE = 0.15;

    @Test
    void the_virtual_machine_and_the_kernel_agree_on_what_this_process_has_used() {
        assumeThat(Path.of("/proc/self/stat")).matches(Files::isReadable);
        long self = ProcessHandle.current().pid();
        long kernelBefore = CpuTime.ofFamilyNanos(self);
        long machineBefore = CpuTime.ofThisProcessNanos();
        long wanted = machineBefore + BURN_NANOS;
        while (CpuTime.ofThisProcessNanos() < wanted) {
            Thread.onSpinWait();
        }
        double machine = CpuTime.ofThisProcessNanos() - machineBefore;
        double kernel = CpuTime.ofFamilyNanos(self) - kernelBefore;

        assertThat(kernel / machine).isBetween(1 - TOLERANCE, 1 + TOLERANCE);
    }

    @Test
    void what_a_process_has_started_counts_while_it_runs_and_when_it_has_ended() throws Exception {
        assumeThat(Path.of("/bin/sh")).matches(Files::isExecutable);
        long self = ProcessHandle.current().pid();
        long before = CpuTime.ofFamilyNanos(self);
        long own = CpuTime.ofThisProcessNanos();
        Process busy =
                new ProcessBuilder("/bin/sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; cat").start();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (childrens(self, before, own) < 0.1 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        double whileItRan = childrens(self, before, own);
        busy.getOutputStream().close();
        busy.waitFor();

        assertThat(whileItRan).isGreaterThanOrEqualTo(0.1);
        assertThat(childrens(self, before, own)).isGreaterThanOrEqualTo(whileItRan - 0.05);
    }

    /** Seconds that belong to this process's children. */
    private static double childrens(long self, long familyBefore, long ownBefore) {
        long own = CpuTime.ofThisProcessNanos() - ownBefore;
        return (CpuTime.ofFamilyNanos(self) - familyBefore - own) / 1e9;
    }
}
