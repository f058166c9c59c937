package dev.capocomico.http.workflow;

import dev.capocomico.model.definition.Definition;
import java.util.Optional;
import java.util.Set;

/** What this server can execute. A workflow that it cannot would wait for ever, so it is refused before it is registered. */
public interface Executable {
    /** The patterns whose protocol it knows. */
    Set<String> patterns();

    /** Why it cannot execute this, in a sentence; empty when it can. */
    Optional<String> complaint(Definition definition);
}
