package dev.capocomico.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanCacheTest {
    @Test
    void plans_are_let_go_by_what_they_weigh_and_those_used_last_stay() {
        PlanCache cache = new PlanCache(10_000);
        Plan first = plan("first", 1);
        Plan second = plan("second", 1);
        cache.put(first, -1);
        cache.put(second, -1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(cache.get(first.digest())).as("after %d others", i).isSameAs(first);
            cache.put(plan("other" + i, 1), -1);
        }
        assertThat(cache.get(second.digest())).isNull();
        assertThat(cache.size()).isLessThan(50);
    }

    @Test
    void one_heavy_plan_takes_the_room_of_all_others_and_stays_as_long_as_it_is_used() {
        PlanCache cache = new PlanCache(10_000);
        cache.put(plan("light", 1), -1);
        Plan heavy = plan("heavy", 100);
        cache.put(heavy, -1);
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.get(heavy.digest())).isSameAs(heavy);
        cache.put(plan("next", 1), -1);
        assertThat(cache.get(heavy.digest())).isNull();
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void the_same_plan_again_weighs_nothing() {
        PlanCache cache = new PlanCache(10_000);
        Plan one = plan("one", 10);
        for (int i = 0; i < 100; i++) {
            cache.put(one, -1);
        }
        cache.put(plan("two", 1), -1);
        assertThat(cache.size()).isEqualTo(2);
    }

    private static Plan plan(String name, int tasks) {
        Workflow workflow = Workflow.named(name);
        for (int i = 0; i < tasks; i++) {
            workflow.task("task" + i, task -> task.sleep(Duration.ofSeconds(1)));
        }
        return Plan.of(workflow.build());
    }
}
