package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.BrokenDocument.Expected;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.language.problem.Excerpt;
import dev.capocomico.language.problem.Place;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.patterns.BuiltInPatterns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to write a wrong document, each with everything that is said about it. */
class BrokenDocumentsTest {
    private static final WorkflowReader READER = new WorkflowReader(new BuiltInPatterns());

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    /** Problems whose message repeats the word that is wrong. */
    private static final Set<ProblemCode> WITH_A_WORD = EnumSet.of(
            ProblemCode.DUPLICATE_KEY,
            ProblemCode.UNKNOWN_KEY,
            ProblemCode.UNKNOWN_CHOICE,
            ProblemCode.DUPLICATE_ID,
            ProblemCode.UNKNOWN_AGENT,
            ProblemCode.UNKNOWN_TASK,
            ProblemCode.UNKNOWN_PATTERN,
            ProblemCode.UNKNOWN_POLICY,
            ProblemCode.UNKNOWN_TOPIC,
            ProblemCode.SELF_DEPENDENCY,
            ProblemCode.DUPLICATE_DEPENDENCY,
            ProblemCode.EXPRESSION_NAME,
            ProblemCode.NOT_AVAILABLE_HERE,
            ProblemCode.NOT_UPSTREAM);

    private static final int SHOWN_WHOLE_MAX = 400;

    private static final List<BrokenDocument> DOCUMENTS = BrokenDocument.all();

    /** Each is read once; the large ones take a while. */
    private static final Map<String, List<Problem>> PROBLEMS = new HashMap<>();

    @TempDir
    private Path directory;

    static List<BrokenDocument> documents() {
        return DOCUMENTS;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_broken_document_has_exactly_the_problems_it_announces(BrokenDocument document) {
        assertThat(problems(document)).extracting(Expected::of).containsExactlyElementsOf(document.expected());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_problem_says_what_is_wrong_and_what_to_do_and_points_at_it(BrokenDocument document) {
        for (Problem problem : problems(document)) {
            assertThat(problem.message())
                    .as("%s", problem)
                    .isNotBlank()
                    .doesNotContain("\n")
                    .doesNotEndWith(".");
            assertThat(problem.hint())
                    .as("%s", problem)
                    .isNotBlank()
                    .doesNotContain("\n")
                    .doesNotEndWith(" are");
            assertPointsAtTheText(problem, document);
        }
    }

    private static void assertPointsAtTheText(Problem problem, BrokenDocument document) {
        Excerpt excerpt = problem.excerpt();
        int length = excerpt.line().codePointCount(0, excerpt.line().length());
        int caretEnd = excerpt.caretColumn() + excerpt.caretLength();
        assertThat(excerpt.caretColumn()).as("%s", problem).isBetween(0, length);
        assertThat(caretEnd).as("%s", problem).isBetween(1, Math.max(length, excerpt.caretColumn() + 1));

        String underlined = excerpt.line()
                .substring(
                        excerpt.line().offsetByCodePoints(0, excerpt.caretColumn()),
                        excerpt.line().offsetByCodePoints(0, Math.min(caretEnd, length)));
        if (WITH_A_WORD.contains(problem.code())) {
            assertThat(QUOTED.matcher(problem.message()).results().map(word -> word.group(1)))
                    .as("a word of %s stands in the underlined \"%s\"", problem, underlined)
                    .anyMatch(underlined::contains);
        }
        // Of a line that is too long, or cannot be decoded, a part is shown.
        String line = line(document, problem.place());
        if (line.length() <= SHOWN_WHOLE_MAX && problem.code() != ProblemCode.INVALID_UTF8) {
            assertThat(excerpt.line()).as("%s", problem).isEqualTo(line);
            assertThat(excerpt.caretColumn()).isEqualTo(problem.place().column() - 1);
        }
    }

    private static String line(BrokenDocument document, Place place) {
        return new String(document.bytes(), StandardCharsets.UTF_8)
                .lines()
                .skip(place.line() - 1L)
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void no_two_problems_of_a_document_share_code_and_place(BrokenDocument document) {
        assertThat(problems(document))
                .extracting(problem -> problem.code() + " " + problem.place())
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void capo_validate_exits_with_2_and_gives_the_same_as_data(BrokenDocument document) throws IOException {
        Files.write(directory.resolve(document.name()), document.bytes());

        Stage.Ended ended = new Stage(directory).run("validate", "-o", "json", document.name());

        assertThat(ended.code()).isEqualTo(2);
        JsonNode file = new ObjectMapper().readTree(ended.out()).path("files").path(0);
        assertThat(file.path("valid").asBoolean(true)).isFalse();
        assertThat(file.path("errors").valueStream().map(BrokenDocumentsTest::expected))
                .containsExactlyElementsOf(document.expected());
    }

    private static Expected expected(JsonNode error) {
        return new Expected(
                ProblemCode.valueOf(error.path("code").asText()),
                error.path("line").asInt(),
                error.path("column").asInt(),
                error.path("pointer").asText());
    }

    @Test
    void every_problem_code_has_a_document() {
        Set<ProblemCode> without = EnumSet.allOf(ProblemCode.class);
        documents().stream()
                .flatMap(document -> document.expected().stream())
                .forEach(problem -> without.remove(problem.code()));

        assertThat(without)
                .as("codes without a document in %s", BrokenDocument.FOLDER)
                .isEmpty();
    }

    private static List<Problem> problems(BrokenDocument document) {
        return PROBLEMS.computeIfAbsent(document.name(), name -> read(document));
    }

    private static List<Problem> read(BrokenDocument document) {
        return switch (READER.read(new Source(document.name(), document.bytes()))) {
            case Reading.Valid valid -> List.of();
            case Reading.Invalid invalid -> invalid.problems();
        };
    }
}
