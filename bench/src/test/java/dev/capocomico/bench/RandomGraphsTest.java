package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.model.plan.Plan;
import org.junit.jupiter.api.Test;

class RandomGraphsTest {

    @Test
    void a_graph_has_as_many_tasks_and_edges_as_it_should_and_its_layers_are_its_levels() {
        Plan plan = Plan.of(RandomGraphs.layered(1_000, 3_000, 7));

        assertThat(plan.size()).isEqualTo(1_000);
        assertThat(plan.graph().edgeCount()).isEqualTo(3_000);
        assertThat(plan.levelCount()).isEqualTo(33);
        assertThat(plan.level(999)).isEqualTo(999 / 31);
    }

    @Test
    void the_seed_decides_everything() {
        assertThat(RandomGraphs.layered(200, 500, 7)).isEqualTo(RandomGraphs.layered(200, 500, 7));
        assertThat(RandomGraphs.layered(200, 500, 7)).isNotEqualTo(RandomGraphs.layered(200, 500, 8));
    }

    @Test
    void a_graph_may_be_so_small_that_it_is_one_chain_or_nothing() {
        assertThat(Plan.of(RandomGraphs.layered(0, 0, 1)).size()).isZero();
        assertThat(Plan.of(RandomGraphs.layered(1, 0, 1)).levelCount()).isEqualTo(1);
        assertThat(Plan.of(RandomGraphs.layered(3, 2, 1)).levelCount()).isEqualTo(3);
        assertThat(Plan.of(RandomGraphs.layered(8, 12, 1)).graph().edgeCount()).isEqualTo(12);
    }

    @Test
    void impossible_numbers_of_edges_are_refused() {
        assertThatThrownBy(() -> RandomGraphs.layered(100, 89, 1))
                .hasMessage("100 tasks in layers of 10 take from 90 to 2250 edges, not 89");
        assertThatThrownBy(() -> RandomGraphs.layered(100, 2_251, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
