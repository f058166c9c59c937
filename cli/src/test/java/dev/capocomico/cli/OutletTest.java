package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutletTest {
    @ParameterizedTest
    @CsvSource({"No space left on device, No space left on device", "Broken pipe,"})
    void a_full_disk_is_a_failure_and_a_reader_who_left_is_not(String message, String failure) {
        Outlet outlet = new Outlet(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        });
        PrintStream out = new PrintStream(outlet, false, StandardCharsets.UTF_8);
        assertThat(outlet.whyItFailed()).isEmpty();
        out.println("text");
        out.flush();
        assertThat(outlet.whyItFailed().orElse(null)).isEqualTo(failure);
    }
}
