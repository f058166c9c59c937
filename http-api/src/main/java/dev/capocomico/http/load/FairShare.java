package dev.capocomico.http.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A number of places that tenants share. A tenant who is alone may take nearly all of them; as soon as there is another, each has its
 * part of fewer, so that whoever comes finds a short queue. Who finds no place waits in the line of its tenant, and the lines
 * are served in turn, so a tenant with a thousand calls waiting delays another's by one. Thread-safe.
 */
public final class FairShare {
    /** So long a tenant counts as there after its last call: who calls one after the other should not find the places taken in between. */
    private static final Duration REMEMBERED = Duration.ofSeconds(2);

    private static final long SWEEP_NANOS = Duration.ofMillis(200).toNanos();

    private final long places;
    private final long aloneMax;
    private final SharedPart sharedMax;
    private final Executor threads;
    private final LongSupplier nanoClock;
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final Deque<Tenant> lines = new ArrayDeque<>();
    private long taken;
    private long sweptAt;

    /**
     * Nobody is there yet.
     *
     * @param aloneMax how many of the places a tenant may take while no other is there
     * @param sharedMax how many tenants may take together while several are there, each an equal part
     * @param threads on which those go on who had to wait
     */
    public FairShare(long places, long aloneMax, long sharedMax, Executor threads) {
        this(places, aloneMax, SharedPart.fixed(sharedMax), threads, System::nanoTime);
    }

    /** @param sharedMax belongs to this one alone */
    FairShare(long places, long aloneMax, SharedPart sharedMax, Executor threads, LongSupplier nanoClock) {
        this.places = places;
        this.aloneMax = aloneMax;
        this.sharedMax = sharedMax;
        this.threads = threads;
        this.nanoClock = nanoClock;
        this.sweptAt = nanoClock.getAsLong();
    }

    private static final class Tenant {
        private final Deque<Waiter> line = new ArrayDeque<>();
        private long taken;
        private long seenAt;
    }

    private record Waiter(Tenant tenant, long weight, CompletableFuture<Optional<Place>> answer) {}

    /** Places that somebody has, until they are given back. */
    public final class Place {
        private final Tenant tenant;
        private long weight;

        private Place(Tenant tenant, long weight) {
            this.tenant = tenant;
            this.weight = weight;
        }

        /** Gives them back; a second time changes nothing. */
        public void leave() {
            List<Waiter> next;
            synchronized (FairShare.this) {
                if (weight == 0) {
                    return;
                }
                taken -= weight;
                tenant.taken -= weight;
                weight = 0;
                next = serve();
            }
            next.forEach(FairShare.this::invite);
        }
    }

    /** The most that one tenant can ever have at once. */
    public long most() {
        return aloneMax;
    }

    /**
     * Takes places, at once or when there are some; empty when there were none in time.
     *
     * @param weight how many, {@link #most} at most
     */
    public CompletableFuture<Optional<Place>> enter(String name, long weight, Duration patience) {
        if (weight < 1 || weight > aloneMax) {
            throw new IllegalArgumentException("from 1 to %d places can be had, not %d".formatted(aloneMax, weight));
        }
        CompletableFuture<Optional<Place>> answer;
        List<Waiter> next;
        synchronized (this) {
            Tenant tenant = seen(name);
            if (lines.isEmpty() && hasRoom(tenant, weight)) {
                return CompletableFuture.completedFuture(Optional.of(take(tenant, weight)));
            }
            answer = new CompletableFuture<>();
            if (tenant.line.isEmpty()) {
                lines.addLast(tenant);
            }
            tenant.line.addLast(new Waiter(tenant, weight, answer));
            next = serve();
        }
        next.forEach(this::invite);
        return answer.completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Tenant seen(String name) {
        long now = nanoClock.getAsLong();
        sharedMax.look(now);
        if (now - sweptAt > SWEEP_NANOS) {
            sweptAt = now;
            tenants.values()
                    .removeIf(tenant ->
                            tenant.taken == 0 && tenant.line.isEmpty() && now - tenant.seenAt > REMEMBERED.toNanos());
        }
        Tenant tenant = tenants.computeIfAbsent(name, key -> new Tenant());
        tenant.seenAt = now;
        return tenant;
    }

    private boolean hasRoom(Tenant tenant, long weight) {
        return taken + weight <= places && isWithinPart(tenant, weight);
    }

    /** Who has nothing may take one, however little its part is. */
    private boolean isWithinPart(Tenant tenant, long weight) {
        long part = tenants.size() == 1 ? aloneMax : sharedMax.now() / tenants.size();
        return tenant.taken == 0 || tenant.taken + weight <= part;
    }

    private Place take(Tenant tenant, long weight) {
        taken += weight;
        tenant.taken += weight;
        return new Place(tenant, weight);
    }

    /** Those who may go on now, one of each line in turn. */
    private List<Waiter> serve() {
        List<Waiter> next = new ArrayList<>(0);
        int passedOver = 0;
        while (passedOver < lines.size()) {
            Tenant tenant = lines.element();
            while (!tenant.line.isEmpty() && tenant.line.element().answer().isDone()) {
                tenant.line.remove();
            }
            Waiter first = tenant.line.peek();
            if (first != null && taken + first.weight() > places) {
                // Who needs much would never get it if those who need little went first.
                break;
            }
            lines.remove();
            if (first == null) {
                continue;
            }
            if (isWithinPart(tenant, first.weight())) {
                tenant.line.remove();
                taken += first.weight();
                tenant.taken += first.weight();
                next.add(first);
                passedOver = 0;
            } else {
                passedOver++;
            }
            if (!tenant.line.isEmpty()) {
                lines.addLast(tenant);
            }
        }
        return next;
    }

    /** Not on the thread of who left: what follows could leave in turn, and so on. */
    private void invite(Waiter waiter) {
        Place place = new Place(waiter.tenant(), waiter.weight());
        threads.execute(() -> {
            if (!waiter.answer().complete(Optional.of(place))) {
                place.leave();
            }
        });
    }
}
