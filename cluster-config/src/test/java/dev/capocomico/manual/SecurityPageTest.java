package dev.capocomico.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/security.md} against the tests that it names. */
class SecurityPageTest {
    private static final String HEAD = "| threat | defence | shown by |";

    @Test
    void every_test_that_the_security_page_names_exists() throws IOException {
        Set<String> named = NamedTests.in(NamedTests.page("security.md"));
        assertThat(named).hasSizeGreaterThan(25);
        assertThat(NamedTests.thereAre()).containsAll(named);
    }

    @Test
    void every_threat_names_what_shows_its_defence_or_says_that_nothing_does() throws IOException {
        List<String> threats = threats(NamedTests.page("security.md"));
        assertThat(threats).hasSizeGreaterThan(15);
        assertThat(threats).allSatisfy(row -> {
            List<String> cells = List.of(row.split("\\|", -1));
            assertThat(cells).as("three cells of %s", row).hasSize(5);
            String shownBy = cells.get(3);
            assertThat(NamedTests.in(shownBy).isEmpty())
                    .as("either a test or \"nothing yet\" in %s", row)
                    .isEqualTo(shownBy.contains("nothing yet"));
        });
    }

    /** The rows of all tables of threats. */
    private static List<String> threats(String page) {
        List<String> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : page.lines().toList()) {
            if (line.equals(HEAD)) {
                inside = true;
            } else if (!line.startsWith("| ")) {
                inside = inside && line.startsWith("|---");
            } else if (inside) {
                rows.add(line);
            }
        }
        return rows;
    }
}
