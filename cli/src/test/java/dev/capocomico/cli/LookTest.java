package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookTest {
    @ParameterizedTest
    @CsvSource({
        // properties and environment; columns, colour, unicode
        "capo.stdout=terminal capo.columns=140 TERM=xterm, 140, true, true",
        "capo.stdout=terminal TERM=xterm, 80, true, true",
        "capo.stdout=terminal capo.columns=0 TERM=xterm, 80, true, true",
        "capo.stdout=terminal capo.columns=7 TERM=xterm, 40, true, true",
        "capo.stdout=terminal capo.columns=99999999999 TERM=xterm, 80, true, true",
        "capo.stdout=terminal TERM=xterm NO_COLOR=1, 80, false, true",
        "capo.stdout=terminal TERM=xterm NO_COLOR=, 80, true, true",
        "capo.stdout=terminal TERM=dumb, 80, false, true",
        "capo.stdout=terminal, 80, false, true",
        "capo.stderr=terminal capo.columns=140 TERM=xterm, 120, false, true",
        "TERM=xterm, 120, false, true",
        "LANG=de_DE.UTF-8, 120, false, true",
        "LANG=de_DE.utf8, 120, false, true",
        "LANG=C, 120, false, false",
        "LANG=de_DE.UTF-8 LC_ALL=POSIX, 120, false, false",
        "LANG=C LC_CTYPE=C.UTF-8, 120, false, true",
    })
    void a_stream_looks_as_its_surroundings_want(String given, int columns, boolean colour, boolean unicode) {
        Properties properties = new Properties();
        Map<String, String> environment = new HashMap<>();
        for (String setting : given.split(" ", -1)) {
            String name = setting.substring(0, setting.indexOf('='));
            String value = setting.substring(setting.indexOf('=') + 1);
            if (name.startsWith("capo.")) {
                properties.setProperty(name, value);
            } else {
                environment.put(name, value);
            }
        }
        assertThat(Look.of("stdout", properties, environment)).isEqualTo(new Look(columns, colour, unicode));
    }
}
