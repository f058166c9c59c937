package dev.capocomico.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionPoolTest {
    private static final Duration SECONDS = Duration.ofSeconds(8);

    @TempDir
    Path temporary;

    @Test
    void a_lost_database_is_seen_within_seconds_and_one_that_is_back_is_used_again() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                        EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS),
                        Progress.silent());
                ConnectionPool pool = ConnectionPool.of(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
            assertThat(answer(pool)).isEqualTo("25s");
            postgres.killServer();
            Instant killed = Instant.now();
            // A session may outlive its server by a moment, and still answers then.
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
                while (Duration.between(killed, Instant.now()).compareTo(SECONDS) < 0) {
                    answer(pool);
                }
            });
            assertThat(Duration.between(killed, Instant.now())).isLessThan(SECONDS);
            postgres.restart();
            assertThat(answer(pool)).isEqualTo("25s");
        }
    }

    private static String answer(ConnectionPool pool) throws SQLException {
        try (Connection connection = pool.dataSource().getConnection();
                ResultSet row = connection.createStatement().executeQuery("SHOW statement_timeout")) {
            row.next();
            return row.getString(1);
        }
    }
}
