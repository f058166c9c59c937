package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.execution.Refusal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executions whose reads or writes fail every time, though the database answers and does not say that it is the row. */
class UnexplainedTroubleTest {
    private static final int MANY = 3 * Quarantine.UNEXPLAINED_MAX;

    private final TestNode node = new TestNode(Map.of(), quick());

    /** So that ten tries do not take a minute. */
    private static Surroundings.Settings quick() {
        Surroundings.Settings standard = Surroundings.Settings.DEFAULT;
        return new Surroundings.Settings(
                standard.allocationTimeout(),
                standard.requestsMax(),
                Duration.ofMillis(2),
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                standard.checkpointInterval(),
                standard.checkpointSteps());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void park(String id) throws InterruptedException {
        node.begin(id, ParkingTest.APPROVAL);
        TestNode.eventually("it has left", () -> !node.livesHere(id));
    }

    @Test
    void one_that_fails_to_be_read_every_time_is_quarantined_after_some_tries_and_others_go_on() throws Exception {
        park("run");
        int before = node.journal.recoveries();
        node.journal.mode = FakeJournal.Mode.TROUBLED;
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it is given up", () -> node.quarantine.notes() == 1);
        assertThat(node.journal.recoveries()).isEqualTo(before + Containment.TRIES_MAX);
        assertThat(node.quarantine.reason(TestNode.key("run")))
                .contains("could not be read", "missing chunk number 0", "tried 10 times");
        assertQuarantined(node.signal("run", "approval"));
        assertThat(node.surroundings.quarantine().size()).isEqualTo(1);

        node.begin("other", ParkingTest.APPROVAL);
        node.signal("other", "approval");
        node.awaitOutput("other");

        node.journal.mode = FakeJournal.Mode.WELL;
        assertThat(node.ask("run", ExecutionMessage.Release::new)).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    @Test
    void one_that_can_write_no_step_is_quarantined_after_some_tries() throws Exception {
        park("run");
        node.journal.mode = FakeJournal.Mode.TROUBLED_TO_WRITE;
        assertThat(node.signal("run", "approval")).isNotInstanceOf(ExecutionAnswer.Accepted.class);
        TestNode.eventually("it is given up", () -> node.quarantine.notes() == 1);
        assertThat(node.quarantine.reason(TestNode.key("run"))).contains("could not be written");
        assertQuarantined(node.signal("run", "approval"));
    }

    @Test
    void a_release_gives_as_many_tries_again() throws Exception {
        park("run");
        node.journal.mode = FakeJournal.Mode.TROUBLED;
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it is given up", () -> node.quarantine.notes() == 1);
        int before = node.journal.recoveries();
        assertQuarantined(node.ask("run", ExecutionMessage.Release::new));
        assertThat(node.journal.recoveries()).isEqualTo(before + Containment.TRIES_MAX);
        assertThat(node.quarantine.notes()).isEqualTo(2);
    }

    @Test
    void when_all_fail_it_is_the_database_and_few_are_given_up() throws Exception {
        for (int i = 0; i < MANY; i++) {
            node.begin("run-" + i, ParkingTest.APPROVAL);
        }
        TestNode.eventually("all have left", () -> node.executions.livingHere() == 0);
        int before = node.journal.recoveries();
        node.journal.mode = FakeJournal.Mode.TROUBLED_FOR_ALL;
        for (int i = 0; i < MANY; i++) {
            node.executions.wake(TestNode.key("run-" + i));
        }
        int tries = MANY * Containment.TRIES_MAX * 3;
        TestNode.eventually("all were tried", () -> node.journal.recoveries() > before + tries);
        assertThat(node.quarantine.notes()).isEqualTo(Quarantine.UNEXPLAINED_MAX);
        node.journal.mode = FakeJournal.Mode.WELL;
        int well = 0;
        for (int i = 0; i < MANY; i++) {
            well += node.signal("run-" + i, "approval") instanceof ExecutionAnswer.Accepted ? 1 : 0;
        }
        assertThat(well).isEqualTo(MANY - Quarantine.UNEXPLAINED_MAX);
    }

    @Test
    void connections_that_break_off_every_time_quarantine_nobody() throws Exception {
        park("run");
        int before = node.journal.tried();
        node.journal.mode = FakeJournal.Mode.LOST;
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it was tried often", () -> node.journal.tried() > before + 3 * Containment.TRIES_MAX);
        assertThat(node.quarantine.notes()).isZero();
        node.journal.mode = FakeJournal.Mode.WELL;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    private static void assertQuarantined(ExecutionAnswer answer) {
        assertThat(answer).isInstanceOfSatisfying(ExecutionAnswer.Refused.class, refused -> assertThat(
                        refused.refusal().code())
                .isEqualTo(Refusal.Code.QUARANTINED));
    }
}
