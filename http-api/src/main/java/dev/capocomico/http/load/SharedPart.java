package dev.capocomico.http.load;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How many calls tenants that are not alone may have under way together. What is under way shares the processors, so while they are busy
 * it goes down, half at a time, to one call for each processor: then a call of whoever comes shares them with one other. While they are
 * not, calls wait for the database and not for each other, and it goes up again, by one each time. For one thread at a time.
 */
final class SharedPart {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final double BUSY = 0.85;
    private static final double IDLE = 0.7;

    private final long min;
    private final long max;
    private final DoubleSupplier processorLoad;
    private long now;
    private long lookedAtNanos;

    /** @param processorLoad of the machine or container, from 0 to 1; negative when it is not known */
    SharedPart(long min, long max, DoubleSupplier processorLoad, long nowNanos) {
        this.min = Math.min(min, max);
        this.max = max;
        this.processorLoad = processorLoad;
        this.now = max;
        this.lookedAtNanos = nowNanos;
    }

    /** Of this machine. */
    static SharedPart ofProcessors(long max) {
        return new SharedPart(
                Runtime.getRuntime().availableProcessors(), max, SharedPart::loadOfThisMachine, System.nanoTime());
    }

    /** One that stays as it is. */
    static SharedPart fixed(long number) {
        return new SharedPart(number, number, () -> -1, 0);
    }

    private static double loadOfThisMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getCpuLoad()
                : -1;
    }

    long now() {
        return now;
    }

    /** Goes with the load; as often as one likes. */
    void look(long nowNanos) {
        if (min == max || nowNanos - lookedAtNanos < LOOK_EVERY.toNanos()) {
            return;
        }
        lookedAtNanos = nowNanos;
        double load = processorLoad.getAsDouble();
        if (load > BUSY) {
            now = Math.max(min, now / 2);
        } else if (load >= 0 && load < IDLE) {
            now = Math.min(max, now + 1);
        }
    }
}
