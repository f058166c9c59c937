package dev.capocomico.model.definition;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one agent of a role is expected to need, in the words of the definition: {@code "2 cores"}, {@code "500m"},
 * {@code "4GB"}, {@code "512Mi"}. Recorded, added up and compared with the cluster's capacity; not enforced on an agent.
 */
public record Resources(@Nullable String cpu, @Nullable String memory) {
    public static final Resources NONE = new Resources(null, null);

    private static final Pattern CPU = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?) *(m|cores?|cpus?)?");
    private static final Pattern MEMORY = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?) *([KMGT]i?)?B?");
    private static final Map<String, Long> BYTES = Map.of(
            "K",
            1_000L,
            "M",
            1_000_000L,
            "G",
            1_000_000_000L,
            "T",
            1_000_000_000_000L,
            "Ki",
            1L << 10,
            "Mi",
            1L << 20,
            "Gi",
            1L << 30,
            "Ti",
            1L << 40);

    /** An exabyte: more is a slip of the pen, and would not add up. */
    private static final BigDecimal BYTES_MAX = BigDecimal.valueOf(1L << 60);

    public Resources {
        if (cpu != null && parseCpuMillis(cpu).isEmpty()) {
            throw new IllegalArgumentException("not an amount of CPU: \"" + cpu + "\"");
        }
        if (memory != null && parseMemoryBytes(memory).isEmpty()) {
            throw new IllegalArgumentException("not an amount of memory: \"" + memory + "\"");
        }
    }

    /** Thousandths of a core; 0 when nothing was said. */
    public long cpuMillis() {
        return cpu == null ? 0 : parseCpuMillis(cpu).orElseThrow();
    }

    public long memoryBytes() {
        return memory == null ? 0 : parseMemoryBytes(memory).orElseThrow();
    }

    /** Empty when the text is no amount of CPU. */
    public static OptionalLong parseCpuMillis(String text) {
        Matcher matcher = CPU.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1));
        return OptionalLong.of(
                "m".equals(matcher.group(2))
                        ? amount.longValue()
                        : amount.movePointRight(3).longValue());
    }

    /** Empty when the text is no amount of memory. */
    public static OptionalLong parseMemoryBytes(String text) {
        Matcher matcher = MEMORY.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long unit = BYTES.getOrDefault(Objects.requireNonNullElse(matcher.group(2), ""), 1L);
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return bytes.compareTo(BYTES_MAX) > 0 ? OptionalLong.empty() : OptionalLong.of(bytes.longValue());
    }
}
