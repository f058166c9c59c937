package dev.capocomico.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capocomico.language.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that YAML can write, cut off and spoilt at each character: the parser's own faults must not be the reader's. */
class TornYamlTest {
    private static final WorkflowReader READER = new WorkflowReader(new SamplePatterns());

    private static final String EVERYTHING = """
            %YAML 1.2
            %TAG !e! tag:example.org,2026:
            --- # a comment
            !!map
            "a\\u0041\\x41\\U00000041\\n\\
              b": &anchor !e!tag%41 'it''s'
            ? [1, -2.5e+3, 0x1F, .inf, ~, {k: v, "q":w}]
            : - *anchor
              - !<tag:yaml.org,2002:str> x
              - ! y
            text: |2-
                kept
            folded: >+1
              folded

            last: plain text
             goes on: no
            ...
            """;
    private static final List<String> SPOILING = List.of(
            "",
            "\u0000",
            "\t",
            "\n",
            " ",
            "\"",
            "'",
            "\\",
            "%",
            "!",
            "<",
            ">",
            "&",
            "*",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "-",
            "?",
            "|",
            "#",
            "@",
            "`",
            "~",
            "g",
            "9",
            "F",
            "\\u",
            "\\UFFFFFFFF",
            "\\x",
            "%4",
            "%C3%28",
            "\ufeff",
            "\ud83d\ude00",
            "\u2028",
            "\u0085");

    @Test
    void no_cut_and_no_character_in_any_place_breaks_the_reader() {
        for (int at = 0; at <= EVERYTHING.length(); at++) {
            String before = EVERYTHING.substring(0, at);
            for (String spoiling : SPOILING) {
                for (String text : texts(before, spoiling, EVERYTHING.substring(at))) {
                    assertThatCode(() -> assertThat(read(text)).isNotEmpty())
                            .as(() -> "of\n" + text)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    /** Cut off, put in between, and put in the place of a character. */
    private static List<String> texts(String before, String spoiling, String after) {
        List<String> texts = new ArrayList<>(List.of(before + spoiling, before + spoiling + after));
        if (!after.isEmpty()) {
            texts.add(before + spoiling + after.substring(1));
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\\u", "\"\\x", "\"\\U", "\"\\UFFFFFFFF\""})
    void what_is_cut_short_is_no_yaml(String text) {
        assertThat(read(text)).containsExactly(ProblemCode.SYNTAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"!a%4", "a: !%41%4", "!a%20 x"})
    void a_tag_that_is_no_name_means_nothing(String text) {
        assertThat(read(text)).containsExactly(ProblemCode.UNSUPPORTED_YAML);
    }

    private static List<ProblemCode> read(String text) {
        return switch (READER.read(Source.of("torn.yaml", text))) {
            case Reading.Valid valid -> throw new AssertionError("no workflow: " + valid.definition());
            case Reading.Invalid invalid ->
                invalid.problems().stream().map(problem -> problem.code()).toList();
        };
    }
}
