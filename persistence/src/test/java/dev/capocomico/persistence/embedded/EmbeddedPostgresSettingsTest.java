package dev.capocomico.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresSettingsTest {
    private final EmbeddedPostgresSettings defaults = EmbeddedPostgresSettings.in(Path.of(".capo"));

    @Test
    void by_default_a_server_is_durable_on_a_free_port_and_stops_with_the_jvm() {
        assertThat(defaults)
                .isEqualTo(new EmbeddedPostgresSettings(
                        Path.of(".capo"),
                        Durability.DURABLE,
                        0,
                        Optional.empty(),
                        true,
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(30)));
    }

    @Test
    void each_change_changes_one_thing() {
        EmbeddedPostgresSettings changed = defaults.withDurability(Durability.FAST_FOR_TESTS)
                .withPort(5433)
                .withBinariesCache(Path.of("/cache"))
                .withStopOnExit(false)
                .withStartLimit(Duration.ofSeconds(1))
                .withStopLimit(Duration.ofSeconds(2));
        assertThat(changed)
                .isEqualTo(new EmbeddedPostgresSettings(
                        Path.of(".capo"),
                        Durability.FAST_FOR_TESTS,
                        5433,
                        Optional.of(Path.of("/cache")),
                        false,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2)));
    }

    @Test
    void a_port_or_a_limit_that_cannot_be_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withPort(65_536))
                .withMessageContaining("65536");
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withStartLimit(Duration.ZERO));
    }
}
