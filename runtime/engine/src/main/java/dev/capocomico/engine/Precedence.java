package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.Effect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that one step dispatched, if they are not all of one priority. They go to the pool over several actors, in any order; the
 * first to arrive would take a place that is free, whatever its priority. So each lets those of its step go first that have a higher
 * one: until they have come to the pool, or never will. Thread-safe.
 */
final class Precedence {
    private final int[] toCome = new int[Priority.values().length];
    private final List<Ticket> held = new ArrayList<>();

    private Precedence() {}

    /** Null when none of them has to let another go first. */
    static @Nullable Precedence of(List<Effect> effects) {
        Priority first = null;
        boolean mixed = false;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Run run && !run.begun()) {
                mixed |= first != null && first != run.priority();
                first = run.priority();
            }
        }
        if (!mixed) {
            return null;
        }
        Precedence precedence = new Precedence();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Run run && !run.begun()) {
                precedence.toCome[run.priority().level()]++;
            }
        }
        return precedence;
    }

    /** For one of the attempts. */
    Ticket ticket(Priority priority) {
        return new Ticket(priority.level());
    }

    /** What one attempt knows of those before it. */
    final class Ticket {
        private final int level;
        private boolean used;
        private @Nullable Runnable wayIsFree;

        private Ticket(int level) {
            this.level = level;
        }

        /** @param whenItMay called once, if it may not go on now; must not wait */
        boolean mayGoOn(Runnable whenItMay) {
            synchronized (Precedence.this) {
                if (isFree()) {
                    return true;
                }
                if (wayIsFree == null) {
                    held.add(this);
                }
                wayIsFree = whenItMay;
                return false;
            }
        }

        /** It has come to the pool, or never will; a second time changes nothing. */
        void use() {
            List<Runnable> free = new ArrayList<>(0);
            synchronized (Precedence.this) {
                if (used) {
                    return;
                }
                used = true;
                toCome[level]--;
                if (toCome[level] == 0) {
                    held.removeIf(ticket -> ticket.isFree() && free.add(ticket.take()));
                }
            }
            free.forEach(Runnable::run);
        }

        private Runnable take() {
            Runnable mine = wayIsFree;
            wayIsFree = null;
            return mine == null ? () -> {} : mine;
        }

        private boolean isFree() {
            for (int higher = 0; higher < level; higher++) {
                if (toCome[higher] > 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
