package dev.capocomico.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Digests are stored with executions and compared across versions of this program: see ADR 3. */
class DigestTest {

    /** When this fails, stored digests of unchanged definitions no longer match: change the code back, not the text. */
    @Test
    void the_digest_of_a_known_definition_never_changes() {
        assertThat(digest(order())).isEqualTo("4959ee29d0c866f4673366877f3cf11c26f8c7ece99a6ff09fb1632259c269bd");
        assertThat(digest(Workflow.named("empty")))
                .isEqualTo("31b16d39e7e18e35c4695fe60b9f3a19b265feba010dd8dd76f8e2fc824fc9f4");
    }

    @Test
    void a_digest_is_64_lower_case_hexadecimal_digits() {
        assertThat(digest(order())).matches("[0-9a-f]{64}");
    }

    @Test
    void it_is_computed_once() {
        Plan plan = Plan.of(order().build());

        assertThat(plan.digest()).isSameAs(plan.digest());
    }

    @Test
    void the_order_of_agents_and_of_keys_in_values_does_not_matter() {
        String one = digest(Workflow.named("w")
                .agent("a", role -> role.count(2))
                .agent("b", role -> role.settings(ordered("x", 1, "y", 2)))
                .task("t", task -> task.agent("a").input(ordered("k", 1, "l", 2))));
        String other = digest(Workflow.named("w")
                .agent("b", role -> role.settings(ordered("y", 2, "x", 1)))
                .agent("a", role -> role.count(2))
                .task("t", task -> task.agent("a").input(ordered("l", 2, "k", 1))));

        assertThat(one).isEqualTo(other);
    }

    @Test
    void the_order_of_tasks_and_of_dependencies_matters() {
        assertThat(List.of(
                        digest(Workflow.named("w").task("a", t -> t.agent("r")).task("b", t -> t.agent("r"))),
                        digest(Workflow.named("w").task("b", t -> t.agent("r")).task("a", t -> t.agent("r"))),
                        digest(join("a", "b")),
                        digest(join("b", "a"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void how_a_number_is_written_does_not_matter_but_its_value_does() {
        assertThat(digest(withInput(JsonNodeFactory.instance.objectNode().put("n", 1))))
                .isEqualTo(
                        digest(withInput(JsonNodeFactory.instance.objectNode().put("n", 1.0))))
                .isEqualTo(
                        digest(withInput(JsonNodeFactory.instance.objectNode().put("n", new BigDecimal("1.000")))))
                .isNotEqualTo(
                        digest(withInput(JsonNodeFactory.instance.objectNode().put("n", 1.0000001))))
                .isNotEqualTo(
                        digest(withInput(JsonNodeFactory.instance.objectNode().put("n", "1"))));
    }

    @Test
    void defaults_may_be_said_or_not() {
        assertThat(digest(order().priority(Priority.NORMAL).pattern("graph"))).isEqualTo(digest(order()));
    }

    @Test
    void whatever_is_said_otherwise_makes_another_digest() {
        List<String> digests = List.of(
                digest(order()),
                digest(order().version("2")),
                digest(order().description("an order")),
                digest(order().pattern("swarm")),
                digest(order().inputSchema(Map.of())),
                digest(order().output("${input}")),
                digest(order().timeout(Duration.ofHours(1))),
                digest(order().priority(Priority.HIGH)),
                digest(order().agent("payments", role -> role.type("other"))),
                digest(order().agent("spare", role -> role.type("payment_service"))),
                digest(order().task("more", task -> task.agent("payments"))),
                digest(order().task("more", task -> task.agent("payments").action("more"))),
                digest(order().task("more", task -> task.agent("payments").dependsOn("ship"))),
                digest(order().circuitBreaker(1, Duration.ofSeconds(1))),
                digest(order().saga(SagaStrategy.BACKWARD)));

        assertThat(digests).doesNotHaveDuplicates();
    }

    private static Workflow order() {
        return Workflow.named("order")
                .version("1")
                .agent("payments", role -> role.type("payment_service").settings(Map.of("currency", "€")))
                .task("charge", task -> task.agent("payments")
                        .input(ordered("amount", "${input.amount}", "rate", 0.25, "list", List.of(1, true)))
                        .timeout(Duration.ofSeconds(90)))
                .task("ship", task -> task.agent("payments").dependsOn("charge").retry("quick"));
    }

    private static Workflow join(String first, String second) {
        return Workflow.named("w")
                .task("a", task -> task.agent("r"))
                .task("b", task -> task.agent("r"))
                .task("c", task -> task.agent("r").dependsOn(first, second));
    }

    private static Workflow withInput(ObjectNode input) {
        return Workflow.named("w").task("t", task -> task.agent("a").input(input));
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    private static String digest(Workflow workflow) {
        return digest(workflow.build());
    }

    private static String digest(Definition definition) {
        return Plan.of(definition).digest();
    }
}
