package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.chaos.Finding.Law;
import dev.capocomico.chaos.Strike.Victim;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alters the recording of a real run, and sees that the checker finds each fault. */
class CheckerTest {
    private static final int EXECUTIONS = 2 * Scenarios.all().size();

    @TempDir
    static Path temporary;

    private static Recording recording;
    private static Forgery forgery;

    @BeforeAll
    static void record() throws Exception {
        try (Ordeal ordeal = new Ordeal(temporary, Database.beside(temporary.resolve("server")), 8)) {
            ordeal.cast(EXECUTIONS, 500, new SplittableRandom(7));
            ordeal.strike(new Strike(Victim.NODE, false, 700, 0));
            recording = ordeal.finish();
            forgery = new Forgery(recording);
        }
    }

    private static void assertFound(Law law, String execution, Recording forged) {
        assertThat(Checker.check(forged))
                .as("the fault must be found")
                .anyMatch(finding -> finding.law() == law && finding.execution().equals(execution));
    }

    private static String of(String workflow) {
        return recording.expectations().keySet().stream()
                .filter(id -> id.matches(workflow + "-[0-9]+"))
                .min(String::compareTo)
                .orElseThrow();
    }

    private static Predicate<JsonNode> fact(String name) {
        return fact -> fact.path(0).asText().matches(name + "/[0-9]+");
    }

    private static Predicate<JsonNode> successOfUndoing() {
        return fact("succeeded").and(fact -> fact.path(1).size() == 1);
    }

    @Test
    void nothing_is_found_in_what_really_happened() {
        assertThat(Checker.check(recording)).isEmpty();
        assertThat(recording.histories()).hasSizeGreaterThan(EXECUTIONS);
        assertThat(recording.expectations().keySet())
                .containsAll(recording.histories().keySet());
    }

    @Test
    void a_row_that_is_missing_is_found() {
        String id = of("chain");
        assertFound(Law.UNBROKEN_HISTORY, id, forgery.withoutRow(id, 2));
        assertFound(Law.UNBROKEN_HISTORY, id, forgery.withoutRow(id, 0));
    }

    @Test
    void an_execution_that_does_not_end_or_ends_otherwise_is_found() {
        String chain = of("chain");
        assertFound(Law.EXPECTED_END, chain, forgery.withoutRow(chain, -1));
        assertFound(Law.EXPECTED_END, chain, forgery.withFactChanged(chain, fact("ended"), end -> {
            ArrayNode changed = end.deepCopy();
            changed.set(2, Forgery.json("[{'t5': -1}]"));
            return changed;
        }));
        String saga = of("backward");
        assertFound(Law.EXPECTED_END, saga, forgery.withFactChanged(saga, fact("ended"), end -> {
            ArrayNode changed = end.deepCopy();
            ((ArrayNode) changed.get(1)).set(1, "ANOTHER_CODE");
            return changed;
        }));
    }

    @Test
    void an_execution_that_nobody_has_started_is_found() {
        Recording forged = forgery.withCalls(calls -> {
            calls.add(Call.parse("1\t1\tbegan\tstranger\tt\t0\tstranger/t/0/1/0\t1\tt"));
            return calls;
        });
        assertFound(Law.EXPECTED_END, "stranger", forged);
    }

    @Test
    void a_success_that_is_recorded_twice_is_found() {
        String id = of("chain");
        assertFound(Law.DONE_ONCE, id, forgery.withFactAfter(id, fact("succeeded"), JsonNode::deepCopy));
    }

    @Test
    void a_success_that_no_agent_has_spoken_of_is_found() {
        String id = of("fan_out");
        assertFound(Law.DONE_ONCE, id, forgery.withCalls(calls -> {
            Call said = first(calls, call -> call.execution().equals(id) && call.kind() == Call.Kind.SUCCEEDED);
            // An attempt that was lost may have said so as well.
            calls.removeIf(call -> call.key().equals(said.key()) && call.kind() == Call.Kind.SUCCEEDED);
            return calls;
        }));
    }

    @Test
    void a_signal_that_was_taken_twice_is_found() {
        String id = of("approval");
        assertFound(Law.DONE_ONCE, id, forgery.withFactAfter(id, fact("signal_arrived"), JsonNode::deepCopy));
    }

    @Test
    void a_task_that_is_dispatched_after_its_success_is_found() {
        String id = of("chain");
        JsonNode again = Forgery.json("['dispatched/1', [0, 0]]");
        assertFound(Law.NOTHING_AFTER_SUCCESS, id, forgery.withFactAtTheEnd(id, again));
    }

    @Test
    void a_call_that_begins_after_the_success_was_committed_is_found_whatever_its_number() {
        String id = of("chain");
        for (int more = 0; more <= 1; more++) {
            int later = more;
            Recording forged = forgery.withCalls(calls -> {
                Call done = first(calls, call -> call.execution().equals(id) && call.kind() == Call.Kind.SUCCEEDED);
                calls.add(new Call(
                        done.atMicros() + 60_000_000,
                        done.node(),
                        Call.Kind.BEGAN,
                        id,
                        done.task(),
                        0,
                        done.key(),
                        done.attempt() + later,
                        done.action()));
                return calls;
            });
            assertFound(Law.NOTHING_AFTER_SUCCESS, id, forged);
            assertFound(Law.CALLED_AS_DISPATCHED, id, forged);
        }
    }

    @Test
    void a_call_that_begins_before_its_dispatch_was_committed_is_found() {
        String id = of("chain");
        assertFound(Law.CALLED_AS_DISPATCHED, id, forgery.withCalls(calls -> {
            Call begun = first(calls, call -> call.execution().equals(id) && call.kind() == Call.Kind.BEGAN);
            calls.set(calls.indexOf(begun), at(begun, begun.atMicros() - 60_000_000, begun.key()));
            return calls;
        }));
    }

    @Test
    void a_call_of_an_attempt_that_is_said_not_to_have_begun_is_found() {
        String id = of("chain");
        JsonNode lost = Forgery.json("['attempt_lost/1', [0, 0], false]");
        assertFound(Law.CALLED_AS_DISPATCHED, id, forgery.withFactAfter(id, fact("dispatched"), dispatched -> lost));
    }

    @Test
    void what_is_done_for_a_parent_and_no_child_has_come_to_is_found() {
        String parent = of("parent");
        String child = parent + ":child:0:1:0";
        assertFound(Law.CHILD_OF_ITS_PARENT, parent, forgery.withoutRow(child, -1));
        assertFound(Law.CHILD_OF_ITS_PARENT, parent, forgery.withFactChanged(child, fact("ended"), end -> {
            ArrayNode changed = end.deepCopy();
            changed.set(2, Forgery.json("[{'t5': -1}]"));
            return changed;
        }));
        assertFound(Law.DONE_ONCE, parent, forgery.withoutHistory(child));
    }

    @Test
    void a_child_that_its_parent_has_not_asked_for_or_not_waited_for_is_found() {
        String id = of("parent_of_failing");
        String child = id + ":child:0:1:0";
        assertFound(Law.CHILD_OF_ITS_PARENT, id, forgery.later(child, 60_000_000));
        assertFound(Law.CHILD_OF_ITS_PARENT, id, forgery.later(child, -60_000_000));
        Recording unexpected = forgery.withoutExpectation(child);
        assertFound(Law.EXPECTED_END, child, unexpected);
    }

    @Test
    void an_event_that_was_taken_and_not_published_so_is_found() {
        String id = of("paid");
        assertFound(Law.TAKEN_AS_PUBLISHED, id, forgery.withoutPublished("payment-of-" + id));
        assertFound(Law.TAKEN_AS_PUBLISHED, id, forgery.later(id, -60_000_000));
        assertFound(Law.TAKEN_AS_PUBLISHED, id, forgery.withFactChanged(id, fact("event_taken"), taken -> {
            ArrayNode changed = taken.deepCopy();
            changed.set(3, Forgery.json("{'order': 'another'}"));
            return changed;
        }));
    }

    @Test
    void an_event_that_is_taken_twice_by_one_task_is_found() {
        String id = of("paid");
        assertFound(Law.TAKEN_AS_PUBLISHED, id, forgery.withFactAfter(id, fact("event_taken"), JsonNode::deepCopy));
    }

    @Test
    void what_stayed_done_and_is_run_again_by_a_retry_is_found() {
        String id = of("mended");
        int bad = recording.histories().get(id).facts().stream()
                .filter(fact -> fact.is("gave_up"))
                .findFirst()
                .orElseThrow()
                .target()
                .path(1)
                .asInt();
        JsonNode again = Forgery.json("['dispatched/1', [0, %d]]".formatted(bad == 0 ? 1 : 0));
        assertFound(Law.NOTHING_AFTER_SUCCESS, id, forgery.withFactAtTheEnd(id, again));
    }

    @Test
    void what_was_undone_and_is_done_again_under_its_old_key_is_found() {
        String id = of("mended_saga");
        assertFound(Law.CALLED_AS_DISPATCHED, id, forgery.withCalls(calls -> {
            calls.replaceAll(call -> call.execution().equals(id) && call.key().endsWith("/1")
                    ? at(call, call.atMicros(), call.key().replaceAll("/1$", "/0"))
                    : call);
            return calls;
        }));
        String twice = of("undone_twice");
        assertFound(Law.UNDONE_ONCE, twice, forgery.withCalls(calls -> {
            calls.replaceAll(call -> call.execution().equals(twice) && call.undoes()
                    ? at(call, call.atMicros(), call.key().replace("/1/undo", "/0/undo"))
                    : call);
            return calls;
        }));
    }

    @Test
    void a_retry_of_what_has_not_failed_and_one_that_nobody_wanted_are_found() {
        String chain = of("chain");
        JsonNode retried = Forgery.json("['retried/1', 0, null]");
        assertFound(Law.EXPECTED_END, chain, forgery.withFactAtTheEnd(chain, retried));
        String mended = of("mended");
        assertFound(Law.EXPECTED_END, mended, forgery.withFactChanged(mended, fact("ended"), end -> {
            ArrayNode changed = end.deepCopy();
            ((ArrayNode) changed.get(1)).set(1, "ANOTHER_CODE");
            return changed;
        }));
    }

    @Test
    void a_compensation_that_is_missing_or_recorded_twice_is_found() {
        String id = of("backward");
        assertFound(Law.UNDONE_ONCE, id, forgery.withoutFact(id, successOfUndoing()));
        assertFound(Law.UNDONE_ONCE, id, forgery.withFactAfter(id, successOfUndoing(), JsonNode::deepCopy));
    }

    @Test
    void a_compensation_of_what_was_never_done_is_found() {
        String id = of("backward");
        Recording forged = forgery.withFactAfter(id, successOfUndoing(), undone -> {
            ArrayNode changed = undone.deepCopy();
            ((ArrayNode) changed.get(1)).set(0, new IntNode(17));
            return changed;
        });
        assertFound(Law.UNDONE_ONCE, id, forged);
    }

    @Test
    void a_compensation_that_is_called_with_another_key_is_found() {
        String id = of("at_once");
        assertFound(Law.UNDONE_ONCE, id, forgery.withCalls(calls -> {
            Call undoing = first(calls, call -> call.execution().equals(id) && call.undoes());
            calls.add(at(undoing, undoing.atMicros(), undoing.key() + "2"));
            return calls;
        }));
        assertFound(Law.UNDONE_ONCE, id, forgery.withCalls(calls -> {
            String key = first(calls, call -> call.execution().equals(id) && !call.undoes())
                    .key();
            calls.replaceAll(call -> call.execution().equals(id) && call.undoes() && call.element() == 0
                    ? at(call, call.atMicros(), key)
                    : call);
            return calls;
        }));
    }

    @Test
    void compensations_in_the_wrong_order_are_found() {
        String id = of("backward");
        assertFound(Law.UNDONE_ONCE, id, forgery.withCalls(calls -> {
            calls.replaceAll(call -> call.execution().equals(id) && call.undoes()
                    ? at(call, Long.MAX_VALUE - call.atMicros(), call.key())
                    : call);
            return calls;
        }));
    }

    @Test
    void a_dispatch_while_the_execution_is_paused_is_found() {
        String id = recording.histories().keySet().stream()
                .filter(one -> one.startsWith("paused"))
                .filter(one -> recording.histories().get(one).facts().stream().anyMatch(fact -> fact.is("paused")))
                .findFirst()
                .orElseThrow();
        JsonNode dispatch = Forgery.json("['dispatched/1', [7, 0]]");
        assertFound(Law.STILL_WHILE_PAUSED, id, forgery.withFactAfter(id, fact("paused"), paused -> dispatch));
    }

    @Test
    void a_table_that_says_something_else_than_the_journal_is_found() {
        String id = of("chain");
        Listed listed = recording.listed().get(id);
        assertFound(Law.LISTED_AS_IT_IS, id, forgery.withListed(id, new Listed("executing", listed.lastStep())));
        assertFound(
                Law.LISTED_AS_IT_IS, id, forgery.withListed(id, new Listed(listed.status(), listed.lastStep() - 1)));
    }

    @Test
    void what_was_acknowledged_and_is_not_there_is_found() {
        String chain = of("chain");
        assertFound(Law.NOTHING_ACKNOWLEDGED_LOST, chain, forgery.withoutHistory(chain));
        String approval = of("approval");
        assertFound(Law.NOTHING_ACKNOWLEDGED_LOST, approval, forgery.withoutFact(approval, fact("signal_arrived")));
        String cancelled = of("cancelled");
        assertFound(Law.NOTHING_ACKNOWLEDGED_LOST, cancelled, forgery.withoutFact(cancelled, fact("ending_began")));
        String paid = of("paid");
        assertFound(Law.NOTHING_ACKNOWLEDGED_LOST, paid, forgery.withoutPublished("other-payment-of-" + paid));
        String mended = of("mended");
        assertFound(Law.NOTHING_ACKNOWLEDGED_LOST, mended, forgery.withoutFact(mended, fact("retried")));
        String paused = recording.acknowledged().stream()
                .filter(deed -> deed.verb() == Deed.Verb.PAUSE)
                .map(Deed::execution)
                .findFirst()
                .orElseThrow();
        assertFound(Law.NOTHING_ACKNOWLEDGED_LOST, paused, forgery.withoutFact(paused, fact("paused")));
    }

    @Test
    void a_child_of_before_a_retry_that_is_taken_for_one_after_it_is_found() {
        String id = of("second_generation");
        String child = id + ":child:0:1:1";
        assertFound(Law.NEW_CHILD_AFTER_RETRY, id, forgery.later(child, -60_000_000));
    }

    @Test
    void an_event_that_was_missed_is_found() {
        String id = of("paid");
        assertFound(Law.NO_EVENT_MISSED, id, forgery.withoutFact(id, fact("event_taken")));
    }

    @Test
    void a_second_loss_of_an_attempt_that_no_agent_has_begun_is_found() {
        String id = of("chain");
        Recording forged = recording;
        // More than an attempt is ever called here.
        for (int i = 0; i < 6; i++) {
            forged = lost(forged, id);
        }
        assertFound(Law.ONLY_WHAT_BEGAN_IS_LOST, id, forged);
    }

    @Test
    void an_attempt_that_is_lost_by_a_stop_in_order_is_found() {
        String id = of("chain");
        Recording forged = new Forgery(lost(recording, id)).withAllNodesStoppedInOrder();
        assertFound(Law.PLANNED_STOP_LOSES_NOTHING, id, forged);
    }

    /** As if its first attempt had been lost, and made again. */
    private static Recording lost(Recording original, String id) {
        Recording again = new Forgery(original).withFactAfter(id, fact("dispatched"), JsonNode::deepCopy);
        return new Forgery(again).withFactAfter(id, fact("dispatched"), dispatched -> {
            ArrayNode loss = Forgery.json("['attempt_lost/1', null, true]").deepCopy();
            loss.set(1, dispatched.path(1).deepCopy());
            return loss;
        });
    }

    @Test
    void what_was_accepted_and_is_refused_when_it_is_asked_again_is_found() {
        Deed signal = recording.acknowledged().stream()
                .filter(deed -> deed.verb() == Deed.Verb.SIGNAL)
                .findFirst()
                .orElseThrow();
        assertFound(Law.REPEATED_AS_BEFORE, signal.execution(), forgery.withRefused(signal));
    }

    private static Call first(List<Call> calls, Predicate<Call> wanted) {
        return calls.stream().filter(wanted).findFirst().orElseThrow();
    }

    private static Call at(Call call, long atMicros, String key) {
        return new Call(
                atMicros,
                call.node(),
                call.kind(),
                call.execution(),
                call.task(),
                call.element(),
                key,
                call.attempt(),
                call.action());
    }
}
