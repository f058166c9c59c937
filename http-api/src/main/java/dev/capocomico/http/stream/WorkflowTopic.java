package dev.capocomico.http.stream;

import dev.capocomico.engine.store.JournalTail.StepOwner;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is followed for all who watch the same of a workflow.
 *
 * @param executionId null for all its executions
 */
record WorkflowTopic(Which which, @Nullable String executionId) {
    /** All topics that a step of an execution is part of. */
    static Stream<WorkflowTopic> of(StepOwner owner) {
        String tenant = owner.key().tenant();
        return Stream.of(
                        new Which(tenant, owner.workflow(), null), new Which(tenant, owner.workflow(), owner.version()))
                .flatMap(which -> Stream.of(
                        new WorkflowTopic(which, null),
                        new WorkflowTopic(which, owner.key().id())));
    }
}
