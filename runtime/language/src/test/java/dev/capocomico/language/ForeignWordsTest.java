package dev.capocomico.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people write who know another language of workflows or of expressions. */
class ForeignWordsTest {
    private static final WorkflowReader READER = new WorkflowReader(new SamplePatterns());

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            retries: 3                      | "retries" is no key of a task    | did you mean "retry_policy"?
            condition: "${true}"            | "condition" is no key of a task  | did you mean "when"?
            on_error: continue              | "on_error" is no key of a task   | did you mean "on_failure"?
            needs: [t]                      | "needs" is no key of a task      | did you mean "depends_on"?
            when: "${len(input.q) > 1}"     | there is no function "len" (column 3 of the string) | did you mean size?
            input: {q: ${input.q}}          | an expression inside { } or [ ] has to be in quotes | write it such as {q: "${input.q}"}
            for_each: [${input.a}, 2]       | an expression inside { } or [ ] has to be in quotes | write it such as {q: "${input.q}"}
            """)
    void a_word_of_another_language_is_answered_with_the_one_that_is_meant(String line, String message, String hint) {
        String text = """
                workflow:
                  name: a
                  version: "1"
                  agents: {r: {type: simulated}}
                  tasks:
                    - id: t
                      agent: r
                """ + "      " + line + "\n";
        assertThat(READER.read(Source.of("a.yaml", text)))
                .isInstanceOfSatisfying(Reading.Invalid.class, invalid -> assertThat(invalid.problems())
                        .singleElement()
                        .satisfies(problem -> {
                            assertThat(problem.message()).isEqualTo(message);
                            assertThat(problem.hint()).isEqualTo(hint);
                        }));
    }
}
