package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClippingTest {
    private static final Look LOOK = new Look(0, false, true);
    private static final Look ASCII = new Look(0, false, false);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // line, where, how long, columns, what is shown, the carets
                "agent: reserchers,7,10,40,agent: reserchers,       ^^^^^^^^^^",
                "agent:,6,0,40,agent:,      ^",
                "agent:,99,5,40,agent:,      ^",
                "\"\",0,3,40,\"\",^",
                "日本: x,4,1,40,日本: x,      ^",
                "a: 日本,3,2,40,a: 日本,   ^^^^",
                "abcdefghijklmnopqrstuvwxyz,0,2,12,abcdefghij…,^^",
                "abcdefghijklmnopqrstuvwxyz,13,1,12,…klmnopqrst…,    ^",
                "abcdefghijklmnopqrstuvwxyz,25,1,12,…qrstuvwxyz,          ^",
                "abcdefghijklmnopqrstuvwxyz,13,40,12,…klmnopqrst…,    ^^^^^^^",
            })
    void the_carets_stand_below_what_they_mean(
            String line, int at, int length, int columns, String text, String carets) {
        assertThat(Clipping.of(line, at, length, columns, LOOK)).isEqualTo(new Clipping(text, carets));
    }

    @Test
    void tabs_and_control_characters_are_shown_as_what_they_are() {
        assertThat(Clipping.of("\ta\u001b[31m: x", 8, 1, 40, LOOK))
                .isEqualTo(new Clipping("    a␛[31m: x", " ".repeat(11) + "^"));
        assertThat(Clipping.of("a\u202eb\u009b\r", 1, 1, 40, LOOK)).isEqualTo(new Clipping("a\ufffdb\ufffd␍", " ^"));
        assertThat(Clipping.of("a\u0007b", 2, 1, 40, ASCII)).isEqualTo(new Clipping("a?b", "  ^"));
    }

    @Test
    void a_combined_character_takes_the_columns_that_it_shows() {
        assertThat(Clipping.of("e\u0301: x", 4, 1, 40, LOOK).carets()).isEqualTo("   ^");
        assertThat(Clipping.of("\ud83d\ude80: x", 3, 1, 40, LOOK).carets()).isEqualTo("    ^");
    }

    @Test
    void without_unicode_three_dots_say_that_something_is_missing() {
        assertThat(Clipping.of("abcdefghijklmnopqrstuvwxyz", 13, 1, 16, ASCII))
                .isEqualTo(new Clipping("...klmnopqrst...", "      ^"));
    }

    @Test
    void a_clipping_is_never_wider_than_there_is_room_and_always_shows_the_place() {
        long seed = Long.getLong("capocomico.seed", 20261121L);
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "ab \t日\ud83d\ude80e\u0301\u0007…";
        int[] codePoints = alphabet.codePoints().toArray();
        for (int round = 0; round < 2_000; round++) {
            StringBuilder line = new StringBuilder();
            for (int i = random.nextInt(200); i > 0; i--) {
                line.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
            }
            int caret = random.nextInt(line.length() + 1);
            int columns = 20 + random.nextInt(60);
            Clipping clipping = Clipping.of(line.toString(), caret, random.nextInt(50), columns, LOOK);
            assertThat(Plain.width(clipping.text()))
                    .as("seed %d, round %d", seed, round)
                    .isLessThanOrEqualTo(columns);
            assertThat(clipping.carets().length())
                    .as("seed %d, round %d", seed, round)
                    .isLessThanOrEqualTo(columns);
            assertThat(clipping.carets()).matches(" *\\^+");
        }
    }

    @Test
    void a_line_of_a_whole_document_is_clipped_too() {
        Clipping clipping = Clipping.of("x".repeat(16 << 20), 8_000_000, 8_000_000, 80, LOOK);
        assertThat(clipping.text()).hasSize(80).startsWith("…").endsWith("…");
    }
}
