package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/semantics.md} against the tests that it names. */
class SemanticsPageTest {
    private static final Pattern NAMED = Pattern.compile("`([a-z0-9]+(?:_[a-z0-9]+){3,})`");

    @Test
    void every_test_that_the_page_names_exists() throws IOException {
        Path page = Path.of(Objects.requireNonNull(System.getProperty("capocomico.root")), "docs/semantics.md");
        Set<String> named = NAMED.matcher(Files.readString(page))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tests = Stream.of(
                        AttemptRulesTest.class,
                        FanOutRulesTest.class,
                        FailureRulesTest.class,
                        SagaRulesTest.class,
                        ClockAndPauseRulesTest.class,
                        CancelRulesTest.class,
                        SignalAndEventRulesTest.class,
                        RetryCommandTest.class,
                        TransitionsTest.class,
                        RandomWalkTest.class,
                        LinearityTest.class,
                        SemanticsPageTest.class)
                .flatMap(test -> Arrays.stream(test.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertThat(named).hasSizeGreaterThan(80);
        assertThat(tests).containsAll(named);
    }
}
