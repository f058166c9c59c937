package dev.capocomico.http.workflow;

import dev.capocomico.engine.store.WorkflowDirectory;
import dev.capocomico.engine.store.WorkflowDirectory.Registered;
import dev.capocomico.http.answer.Waiting;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Finds workflows by what stands in a path, and remembers those whose address never means another. */
final class Directory {
    /** Beyond this it forgets all: nobody uses so many at a time. */
    private static final int REMEMBERED_MAX = 10_000;

    private final WorkflowDirectory store;
    private final Waiting waiting;
    private final Map<Key, Registered> remembered = new ConcurrentHashMap<>();

    private record Key(String tenant, WorkflowAddress address) {}

    Directory(WorkflowDirectory store, Waiting waiting) {
        this.store = store;
        this.waiting = waiting;
    }

    CompletionStage<Optional<Registered>> find(String tenant, WorkflowAddress address) {
        Key key = new Key(tenant, address);
        Registered known = remembered.get(key);
        return known != null
                ? CompletableFuture.completedFuture(Optional.of(known))
                : waiting.call(() -> {
                    Optional<Registered> found = ask(tenant, address);
                    if (!address.moves()) {
                        found.ifPresent(registered -> remember(key, registered));
                    }
                    return found;
                });
    }

    private Optional<Registered> ask(String tenant, WorkflowAddress address) {
        return switch (address) {
            case WorkflowAddress.Id id -> store.byId(tenant, id.id()).or(() -> store.byName(tenant, id.id(), null));
            case WorkflowAddress.Digest digest -> store.byDigest(tenant, digest.digest());
            case WorkflowAddress.Named named -> store.byName(tenant, named.name(), named.version());
        };
    }

    private void remember(Key key, Registered registered) {
        if (remembered.size() >= REMEMBERED_MAX) {
            remembered.clear();
        }
        remembered.put(key, registered);
    }
}
