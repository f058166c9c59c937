package dev.capocomico.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.engine.DefinitionStore.Registration;
import dev.capocomico.engine.DefinitionStore.Stored;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.AuditLog.Entry;
import dev.capocomico.engine.store.AuditLog.Filter;
import dev.capocomico.engine.store.AuditLog.Outcome;
import dev.capocomico.engine.store.AuditLog.Page;
import dev.capocomico.engine.store.NamePatterns;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Origin;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcAuditLogTest {
    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private static final Instant THEN = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final JdbcAuditLog log = new JdbcAuditLog(journal.database());

    private static Origin origin(String action, @Nullable String target) {
        return new Origin(action, target, "ann", "192.0.2.17", TRACE);
    }

    private static Entry denied(Instant at, @Nullable String tenant, String subject, String workflow) {
        return new Entry(
                at,
                3,
                tenant,
                subject,
                "cancelExecution",
                Outcome.DENIED,
                workflow,
                "run",
                null,
                "no role",
                null,
                TRACE);
    }

    private static Filter of(String tenant) {
        return new Filter(tenant, false, null, null, null, NamePatterns.ANY, null, null, null, null);
    }

    private List<Entry> all(String tenant) {
        return log.page(of(tenant), null, 500).entries();
    }

    @Test
    void what_an_execution_accepted_is_there_once_with_who_from_where_and_under_which_trace() throws SQLException {
        journal.write("a", 1, JournalFixture.started("a"), new Fact.Called(origin("executeWorkflow", null)));
        journal.write("b", 1, JournalFixture.started("b"));
        journal.write(
                "a",
                2,
                new Fact.SignalArrived("go", NullNode.instance, null, "ann"),
                new Fact.Called(origin("signalExecution", "go")));
        JdbcProjection first = new JdbcProjection(journal.database(), Probe.NONE);
        JdbcProjection second = new JdbcProjection(journal.database(), Probe.NONE);
        first.advance();
        second.advance();
        journal.write("a", 3, new Fact.Paused("ann"), new Fact.Called(origin("pauseExecution", null)));
        second.advance();
        first.advance();
        assertThat(all("t"))
                .containsExactly(
                        accepted(3, "pauseExecution", null),
                        accepted(2, "signalExecution", "go"),
                        accepted(1, "executeWorkflow", null));
        assertThat(all("other")).isEmpty();
    }

    private static Entry accepted(int second, String action, @Nullable String target) {
        return new Entry(
                Instant.ofEpochSecond(second),
                1,
                "t",
                "ann",
                action,
                Outcome.ACCEPTED,
                "flow",
                "a",
                target,
                null,
                "192.0.2.17",
                TRACE);
    }

    /** A reader that dies before its transaction ends has read nothing, and the next one reads it. */
    @Test
    void a_reader_that_dies_takes_nothing_with_it() throws SQLException {
        journal.write("a", 1, JournalFixture.started("a"), new Fact.Called(origin("executeWorkflow", null)));
        JdbcProjection dying = new JdbcProjection(journal.database(), point -> {
            // An exception would count as one about the row.
            throw new OutOfMemoryError("dies at " + point);
        });
        assertThatThrownBy(dying::advance).isInstanceOf(OutOfMemoryError.class);
        assertThat(all("t")).isEmpty();
        new JdbcProjection(journal.database(), Probe.NONE).advance();
        assertThat(all("t")).hasSize(1);
    }

    @Test
    void a_character_that_no_text_of_the_database_has_keeps_no_execution_from_the_lists() throws SQLException {
        Origin odd = new Origin("executeWorkflow", null, "a\0b", "192.0.2.17", TRACE);
        journal.write("a", 1, JournalFixture.started("a"), new Fact.Called(odd));
        assertThat(new JdbcProjection(journal.database(), Probe.NONE).advance().setAside())
                .isEmpty();
        assertThat(all("t")).singleElement().extracting(Entry::subject).isEqualTo("a\uFFFDb");
    }

    @Test
    void what_was_registered_and_published_is_there_from_the_same_moment_and_only_if_it_changed_something() {
        JdbcDefinitionStore definitions = new JdbcDefinitionStore(journal.database());
        Stored bill = new Stored("d1", "bill", "1", "{}");
        assertThat(definitions.register("t", bill, origin("registerWorkflow", null)))
                .isEqualTo(Registration.CREATED);
        assertThat(definitions.register("t", bill, origin("registerWorkflow", null)))
                .isEqualTo(Registration.UNCHANGED);
        assertThat(definitions.register("t", new Stored("d2", "bill", "1", "{}"), origin("registerWorkflow", null)))
                .isEqualTo(Registration.CONFLICT);
        JdbcEventLog events = new JdbcEventLog(journal.database());
        assertThat(events.publish("t", "paid", "e1", NullNode.instance, origin("publishEvent", null)))
                .isTrue();
        assertThat(events.publish("t", "paid", "e1", NullNode.instance, origin("publishEvent", null)))
                .isFalse();
        // A program is not asked from where it comes.
        assertThat(events.publish("t", "paid", "e2", NullNode.instance)).isTrue();
        List<Entry> found = all("t");
        assertThat(found).extracting(Entry::action).containsExactly("publishEvent", "registerWorkflow");
        assertThat(found).extracting(Entry::target).containsExactly("e1", "1");
        assertThat(found).extracting(Entry::workflow).containsExactly(null, "bill");
        assertThat(found).allSatisfy(entry -> assertThat(entry.address()).isEqualTo("192.0.2.17"));
    }

    @Test
    void nobody_changes_it_and_it_is_removed_only_when_it_is_old() throws SQLException {
        log.append(List.of(denied(THEN, "t", "ann", "flow"), denied(THEN.plusSeconds(60), "t", "bob", "flow")));
        for (String sql : List.of("UPDATE audit SET subject = 'eve'", "DELETE FROM audit", "TRUNCATE audit")) {
            assertThatThrownBy(() -> journal.execute(sql)).as(sql).hasMessageContaining("the audit is append-only");
        }
        assertThatThrownBy(() -> journal.execute("SET capocomico.audit_retention = 'on'; UPDATE audit SET times = 0"))
                .hasMessageContaining("append-only");
        assertThat(log.removeBefore(THEN, 10)).isZero();
        assertThat(log.removeBefore(THEN.plusSeconds(1), 10)).isEqualTo(1);
        assertThat(all("t")).extracting(Entry::subject).containsExactly("bob");
        // The permission has ended with its transaction.
        assertThatThrownBy(() -> journal.execute("DELETE FROM audit")).hasMessageContaining("append-only");
    }

    @Test
    void pages_are_newest_first_and_narrowed_by_everything_that_is_known() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            entries.add(denied(
                    THEN.plusSeconds(i), i == 9 ? null : "t", i % 2 == 0 ? "ann" : "bob", i < 5 ? "a_b" : "axb"));
        }
        log.append(entries);
        List<Entry> read = new ArrayList<>();
        Long after = null;
        do {
            Page page = log.page(of("t"), after, 4);
            read.addAll(page.entries());
            after = page.next();
        } while (after != null);
        assertThat(read).containsExactlyElementsOf(entries.subList(0, 9).reversed());
        assertThat(log.page(
                                new Filter("t", true, null, null, null, NamePatterns.ANY, null, null, null, null),
                                null,
                                500)
                        .entries())
                .hasSize(10);
        assertThat(count("bob", null, NamePatterns.ANY, null, null, null)).isEqualTo(4);
        assertThat(count(null, "a_b", NamePatterns.ANY, null, null, null)).isEqualTo(5);
        assertThat(count(null, null, NamePatterns.of(List.of("a_*")), null, null, null))
                .isEqualTo(5);
        assertThat(count(null, null, NamePatterns.ANY, Outcome.ACCEPTED, null, null))
                .isZero();
        assertThat(count(null, null, NamePatterns.ANY, Outcome.DENIED, THEN.plusSeconds(2), THEN.plusSeconds(4)))
                .isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> log.page(of("t"), null, 501));
    }

    private int count(
            @Nullable String subject,
            @Nullable String workflow,
            NamePatterns among,
            @Nullable Outcome outcome,
            @Nullable Instant since,
            @Nullable Instant until) {
        Filter filter =
                new Filter("t", false, subject, "cancelExecution", workflow, among, "run", outcome, since, until);
        return log.page(filter, null, 500).entries().size();
    }
}
