package dev.capocomico.chaos;

import dev.capocomico.chaos.Finding.Law;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which attempts of an execution may have been lost, by what their agents have noted and by how their nodes have ended. */
final class Losses {
    private final List<NodeLife> lives;
    private final List<Call> calls;
    private final String execution;

    Losses(String execution, List<Call> calls, List<NodeLife> lives) {
        this.execution = execution;
        this.calls = calls;
        this.lives = lives;
    }

    /** What losses are counted for. */
    private record Counted(int life, Work.Piece piece) {}

    /** Children are not lost with a node: they are looked for. */
    void check(Work work, Children children, Acknowledged.Finder finder) {
        Map<Counted, Integer> losses = new HashMap<>();
        for (Work.Loss loss : work.losses) {
            if (children.work(loss.piece().task())) {
                continue;
            }
            int number = losses.merge(new Counted(loss.life(), loss.piece()), 1, Integer::sum);
            if (number > 1 && !loss.saidToBegin() && !noted(loss, Call.Kind.BEGAN)) {
                finder.find(
                        Law.ONLY_WHAT_BEGAN_IS_LOST,
                        execution,
                        "row %d counts loss %d of an attempt that no agent has begun: %s"
                                .formatted(loss.row(), number, loss.piece()));
            }
            boolean unavoidable =
                    noted(loss, Call.Kind.BEGAN) && !noted(loss, Call.Kind.SUCCEEDED) && !noted(loss, Call.Kind.FAILED);
            if (!unavoidable && lifeOf(loss).map(NodeLife::inOrder).orElse(false)) {
                finder.find(
                        Law.PLANNED_STOP_LOSES_NOTHING,
                        execution,
                        "row %d counts as lost what a node that stopped in order had in hand: %s, attempt %d"
                                .formatted(loss.row(), loss.piece(), loss.attempt()));
            }
        }
    }

    private boolean noted(Work.Loss loss, Call.Kind kind) {
        return calls.stream()
                .anyMatch(call -> call.kind() == kind
                        && call.attempt() == loss.attempt()
                        && call.key().equals(loss.piece().key(execution)));
    }

    private Optional<NodeLife> lifeOf(Work.Loss loss) {
        return lives.stream()
                .filter(life -> life.holds(loss.dispatchedMicros()))
                .findFirst();
    }
}
