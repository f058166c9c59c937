package dev.capocomico.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.model.pattern.PatternType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each pattern's settings accept, through the reader that users meet. */
class PatternSettingsTest {
    private static final BuiltInPatterns PATTERNS = new BuiltInPatterns();
    private static final WorkflowReader READER = new WorkflowReader(PATTERNS);

    @Test
    void every_pattern_of_the_contract_is_there() {
        assertThat(PATTERNS.all().stream().map(PatternType::name))
                .containsExactly("supervisor", "hierarchical", "handoff", "swarm", "network", "graph");
    }

    @Test
    void every_settings_schema_is_a_schema() {
        JsonSchemas schemas = new JsonSchemas();
        for (PatternType pattern : PATTERNS.all()) {
            assertThat(schemas.problemsOfSchema(pattern.settingsSchema()))
                    .as(pattern.name())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "graph        | {}",
                "supervisor   | {strategy: round_robin, max_task_retries: 2, worker_timeout: 30s}",
                "hierarchical | {tree: {boss: [left, right]}, delegation: best_fit, escalate_after: 3, max_depth: 2}",
                "handoff      | {start: boss, allowed: {boss: [left], left: [boss]}, max_hops: 8}",
                "handoff      | {start: boss, gates: {left: {input: {type: object}, capabilities: [search]}}}",
                "swarm        | {consensus: quorum, quorum: 2, voting_timeout: 1m, max_rounds: 3}",
                "swarm        | {consensus: quorum, quorum: 0.6}",
                "network      | {links: {left: [right], right: [left]}, max_messages: 100}",
            })
    void good_settings_are_accepted(String pattern, String settings) {
        assertThat(problems(pattern, settings)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "graph        | {speed: 3}                                        | /workflow/pattern/speed",
                "supervisor   | {strategy: nearest}                               | /workflow/pattern/strategy",
                "hierarchical | {tree: {boss: [nobody]}}                          | /workflow/pattern/tree/boss/0",
                "hierarchical | {tree: {boss: [left], right: [left]}}             | /workflow/pattern/tree/right",
                "hierarchical | {tree: {boss: [left], right: []}}                 | /workflow/pattern/tree",
                "hierarchical | {tree: {boss: [left], left: [boss]}}              | /workflow/pattern/tree",
                "handoff      | {start: nobody}                                   | /workflow/pattern/start",
                "handoff      | {start: boss, allowed: {boss: [left, nobody]}}    | /workflow/pattern/allowed/boss/1",
                "handoff      | {start: boss, gates: {nobody: {}}}                | /workflow/pattern/gates/nobody",
                "swarm        | {consensus: unanimous, quorum: 2}                 | /workflow/pattern/quorum",
                "swarm        | {max_rounds: 0}                                   | /workflow/pattern/max_rounds",
                "network      | {links: {left: [nobody]}}                         | /workflow/pattern/links/left/0",
            })
    void bad_settings_are_refused_at_their_place(String pattern, String settings, String pointer) {
        assertThat(problems(pattern, settings)).containsExactly(ProblemCode.PATTERN_SETTINGS + " " + pointer);
    }

    private static List<String> problems(String pattern, String settings) {
        String document = """
                workflow:
                  name: sample
                  version: "1"
                  orchestration_pattern: %s
                  pattern: %s
                  agents:
                    boss: {type: simulated}
                    left: {type: simulated}
                    right: {type: simulated}
                  tasks:
                    - id: work
                      agent: boss
                """.formatted(pattern, settings);
        return switch (READER.read(Source.of("sample.yaml", document))) {
            case Reading.Valid valid -> List.of();
            case Reading.Invalid invalid ->
                invalid.problems().stream()
                        .map(problem -> problem.code() + " " + problem.pointer())
                        .toList();
        };
    }
}
