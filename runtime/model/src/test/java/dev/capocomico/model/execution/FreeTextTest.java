package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FreeTextTest {
    @Test
    void what_is_too_long_ends_with_an_ellipsis_and_between_two_characters() {
        assertThat(FreeText.bounded("short", 5)).isEqualTo("short");
        assertThat(FreeText.bounded("longer", 5)).isEqualTo("long…");
        assertThat(FreeText.bounded("abc𝄞𝄞", 6)).isEqualTo("abc𝄞…");
        assertThat(FreeText.bounded("abc𝄞𝄞", 5)).isEqualTo("abc…");
    }

    @Test
    void halves_of_characters_are_replaced() {
        assertThat(FreeText.bounded("a\ud800b\udc00c𝄞", 100)).isEqualTo("a\uFFFDb\uFFFDc𝄞");
    }

    @Test
    void failures_and_endings_are_bounded_whoever_wrote_them() {
        Failure failure = new Failure("C".repeat(10_000), "m".repeat(1_000_000), true);
        assertThat(failure.code()).hasSize(FreeText.CODE_MAX).endsWith("…");
        assertThat(failure.message()).hasSize(FreeText.SENTENCE_MAX).endsWith("…");
        Ending ending = new Ending(Ending.Kind.CANCELLED, "CANCELLED", "because ".repeat(100_000), null);
        assertThat(ending.message()).hasSize(FreeText.SENTENCE_MAX).startsWith("because because");
    }
}
