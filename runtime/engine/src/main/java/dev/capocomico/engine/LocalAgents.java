package dev.capocomico.engine;

import dev.capocomico.model.definition.CircuitBreaker;
import dev.capocomico.model.definition.Definition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The agents that live in this JVM, by the type under which roles ask for them, and the breakers before them. Thread-safe. */
public final class LocalAgents {
    /** For definitions that say nothing of it. */
    public static final CircuitBreaker BREAKER_DEFAULT = new CircuitBreaker(5, Duration.ofSeconds(30));

    private final Function<String, @Nullable LocalAgent> byType;
    private final boolean simulateOthers;
    private final CircuitBreaker breakerDefault;
    private final LocalAgent simulated = new SimulatedAgent();
    private final Map<Guarded, Guard> guards = new ConcurrentHashMap<>();

    /** Workflows that want another patience have a breaker of their own before the same agents. */
    private record Guarded(String type, CircuitBreaker settings) {}

    /**
     * Agents by their type.
     *
     * @param simulateOthers whether a simulated agent stands in for types that nobody serves
     */
    public LocalAgents(Map<String, LocalAgent> byType, boolean simulateOthers) {
        this(byType, simulateOthers, BREAKER_DEFAULT);
    }

    /** @param breakerDefault for definitions that say nothing of it */
    public LocalAgents(Map<String, LocalAgent> byType, boolean simulateOthers, CircuitBreaker breakerDefault) {
        this(Map.copyOf(byType)::get, simulateOthers, breakerDefault);
    }

    /** @param byType may fail; that breaks the proxy that asks, for a while */
    LocalAgents(Function<String, @Nullable LocalAgent> byType, boolean simulateOthers, CircuitBreaker breakerDefault) {
        this.byType = byType;
        this.simulateOthers = simulateOthers;
        this.breakerDefault = breakerDefault;
    }

    /** Whether roles of this type find an agent here. */
    public boolean serves(String type) {
        return find(type).isPresent();
    }

    Optional<LocalAgent> find(String type) {
        LocalAgent agent = byType.apply(type);
        if (agent != null) {
            return Optional.of(agent);
        }
        return simulateOthers || type.equals(SimulatedAgent.TYPE) ? Optional.of(simulated) : Optional.empty();
    }

    /**
     * The breaker before the agents of a type. One agent simulates all that do not exist, and its failures are as the roles want
     * them: it is guarded only where the definition asks for it.
     */
    @Nullable Guard guard(String type, LocalAgent agent, Definition definition) {
        CircuitBreaker declared = definition.faultTolerance().circuitBreaker();
        if (declared == null && agent instanceof SimulatedAgent) {
            return null;
        }
        CircuitBreaker settings = declared == null ? breakerDefault : declared;
        return guards.computeIfAbsent(
                new Guarded(type, settings),
                guarded -> new Guard(settings, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
    }
}
