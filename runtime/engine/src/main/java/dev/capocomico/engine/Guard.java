package dev.capocomico.engine;

import dev.capocomico.model.definition.CircuitBreaker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** The breaker before one kind of agents on this node. Thread-safe; no method waits. */
final class Guard {
    private final CircuitBreaker settings;
    private final LongSupplier clockMillis;
    private final AtomicReference<Breaker> breaker = new AtomicReference<>(Breaker.Closed.WITHOUT_FAILURE);
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    /** @param clockMillis may have any zero, and never runs backwards */
    Guard(CircuitBreaker settings, LongSupplier clockMillis) {
        this.settings = settings;
        this.clockMillis = clockMillis;
    }

    CircuitBreaker settings() {
        return settings;
    }

    /** Whether everybody is let through. */
    boolean closed() {
        return breaker.get() instanceof Breaker.Closed;
    }

    /** To be followed by {@link #over} unless nobody was let through. */
    Breaker.Pass enter() {
        while (true) {
            Breaker now = breaker.get();
            if (now instanceof Breaker.Closed) {
                return Breaker.Pass.USUAL;
            }
            long at = clockMillis.getAsLong();
            Breaker.Pass pass = now.pass(at);
            if (pass == Breaker.Pass.NONE || breaker.compareAndSet(now, now.entered(settings, at))) {
                return pass;
            }
        }
    }

    void over(Breaker.Pass pass, Breaker.Verdict verdict) {
        while (true) {
            Breaker now = breaker.get();
            Breaker next = now.over(settings, pass, verdict, clockMillis.getAsLong());
            if (next.equals(now)) {
                return;
            }
            if (breaker.compareAndSet(now, next)) {
                if (!(now instanceof Breaker.Closed)) {
                    waiting.forEach(Runnable::run);
                }
                return;
            }
        }
    }

    /** How long nobody is let through, unless those who {@link #listen} are told otherwise. */
    long waitMillis() {
        return breaker.get().waitMillis(clockMillis.getAsLong());
    }

    /** Called when a trial is over, on any thread; must not wait. The same one twice is there once. */
    void listen(Runnable listener) {
        waiting.add(listener);
    }

    void forget(Runnable listener) {
        waiting.remove(listener);
    }
}
