package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
    private final List<String> free = new ArrayList<>();

    @Test
    void attempts_of_one_priority_let_nobody_go_first() {
        assertThat(Precedence.of(step(Priority.LOW, Priority.LOW))).isNull();
        assertThat(Precedence.of(List.of())).isNull();
    }

    @Test
    void who_is_lower_goes_on_when_all_higher_ones_of_the_step_have_come_and_is_told_so_once() {
        Precedence step = Objects.requireNonNull(
                Precedence.of(step(Priority.LOW, Priority.CRITICAL, Priority.CRITICAL, Priority.NORMAL)));
        Precedence.Ticket low = step.ticket(Priority.LOW);
        Precedence.Ticket normal = step.ticket(Priority.NORMAL);
        Precedence.Ticket critical = step.ticket(Priority.CRITICAL);
        Precedence.Ticket criticalToo = step.ticket(Priority.CRITICAL);
        assertThat(low.mayGoOn(() -> free.add("low"))).isFalse();
        assertThat(normal.mayGoOn(() -> free.add("forgotten by a proxy that broke")))
                .isFalse();
        assertThat(normal.mayGoOn(() -> free.add("normal"))).isFalse();
        assertThat(critical.mayGoOn(() -> free.add("critical"))).isTrue();
        critical.use();
        critical.use();
        assertThat(free).as("the other has not come").isEmpty();
        criticalToo.use();
        assertThat(free).containsExactly("normal");
        assertThat(low.mayGoOn(() -> free.add("low"))).isFalse();
        normal.use();
        assertThat(free).containsExactly("normal", "low");
        assertThat(low.mayGoOn(() -> free.add("again"))).isTrue();
    }

    private static List<Effect> step(Priority... priorities) {
        return Stream.of(priorities)
                .<Effect>map(priority -> new Effect.Run(
                        new AttemptKey(new Target.Element(0, 0), 1),
                        "task",
                        "worker",
                        "do",
                        NullNode.instance,
                        1,
                        "key",
                        priority,
                        null,
                        null,
                        0,
                        false))
                .toList();
    }
}
