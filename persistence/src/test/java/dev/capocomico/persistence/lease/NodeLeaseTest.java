package dev.capocomico.persistence.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.schema.Schema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NodeLeaseTest {
    private static final Duration TERM = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private EmbeddedPostgres postgres;
    private DataSource database;

    @BeforeEach
    void start() {
        // Durable: one of the tests kills it, and wants its table back.
        postgres = EmbeddedPostgres.start(EmbeddedPostgresSettings.in(directory), Progress.silent());
        database = postgres.dataSource();
        Schema.migrate(database);
    }

    @AfterEach
    void stop() {
        postgres.close();
    }

    /** What a node hears. */
    private static final class Heard implements NodeLease.Holder {
        private final List<String> words = new CopyOnWriteArrayList<>();

        @Override
        public void renewed() {
            words.add("renewed");
        }

        @Override
        public void lost(String why) {
            words.add(why);
        }
    }

    private NodeLease acquire(String name, boolean atOnce, Heard heard) throws Exception {
        return NodeLease.acquire(database, name, TERM, atOnce, phrase -> {}, heard);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static void giveBack(AutoCloseable lease) throws Exception {
        lease.close();
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_second_node_is_refused_as_long_as_the_first_renews_and_follows_when_it_has_stopped() throws Exception {
        try (NodeLease first = acquire("the first", false, new Heard())) {
            assertThat(first.isGood()).isTrue();
            assertThat(NodeLease.holderOf(database)).contains("the first");
            assertThatThrownBy(() -> acquire("the second", false, new Heard()))
                    .isInstanceOf(DatabaseInUseException.class)
                    .hasMessageContaining("in use by the first, since ");
        }
        assertThat(NodeLease.holderOf(database)).isEmpty();
        long begun = System.nanoTime();
        try (NodeLease second = acquire("the second", false, new Heard())) {
            assertThat(second.isGood()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TERM);
        }
    }

    @Test
    void a_dead_holder_is_followed_when_its_time_is_over_and_not_before() throws Exception {
        execute("INSERT INTO node_lease (holder, description, fence, taken_at, renewed_at, expires_at)"
                + " SELECT gen_random_uuid(), 'the dead', 7, now(), now(), clock_timestamp() + interval '1500 ms'");
        long begun = System.nanoTime();
        try (NodeLease next = acquire("the next", false, new Heard())) {
            assertThat(next.isGood()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
            assertThat(NodeLease.holderOf(database)).contains("the next");
        }
    }

    @Test
    void a_holder_that_was_followed_hears_it_and_is_good_for_nothing_any_more() throws Exception {
        Heard heard = new Heard();
        try (NodeLease old = acquire("the old", false, heard);
                NodeLease next = acquire("the next", true, new Heard())) {
            await("it hears", () -> !heard.words.isEmpty());
            assertThat(heard.words)
                    .singleElement()
                    .asString()
                    .contains("could not renew", "the next has taken it over");
            assertThat(old.isGood()).isFalse();
            assertThat(next.isGood()).isTrue();
            giveBack(old);
            assertThat(NodeLease.holderOf(database)).as("it gives back nothing").contains("the next");
        }
    }

    @Test
    void a_holder_without_its_database_is_not_good_until_it_is_back_and_then_goes_on() throws Exception {
        Heard heard = new Heard();
        try (NodeLease lease = acquire("the only one", false, heard)) {
            postgres.killServer();
            await("its time is over", () -> !lease.isGood());
            assertThat(heard.words).isEmpty();
            postgres.restart();
            await("it is renewed", lease::isGood);
            await("it hears", () -> heard.words.contains("renewed"));
        }
    }

    @Test
    void a_database_that_has_lost_the_lease_has_not_been_given_to_another() throws Exception {
        Heard heard = new Heard();
        try (NodeLease lease = acquire("the only one", false, heard)) {
            execute("DELETE FROM node_lease");
            await("it is there again", () -> {
                try {
                    return NodeLease.holderOf(database).isPresent();
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(lease.isGood()).isTrue();
            assertThat(heard.words).isEmpty();
        }
    }
}
