package dev.capocomico.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
    private static final Path DIRECTORY = Path.of("/srv/capo");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            initdb: error: could not write file "/srv/capo/x": No space left on device         | DISK_FULL
            PANIC:  could not write to file "pg_wal/xlogtemp.9": Disk quota exceeded            | DISK_FULL
            LOG:  could not bind IPv4 address "127.0.0.1": Address already in use               | PORT_TAKEN
            FATAL:  could not create shared memory segment: Function not implemented            | NO_SHARED_MEMORY
            FATAL:  could not open shared memory segment "/PostgreSQL.1": Permission denied     | NO_SHARED_MEMORY
            FATAL:  could not map anonymous shared memory: Cannot allocate memory               | NO_SHARED_MEMORY
            FATAL:  database files are incompatible with server                                 | VERSION_MISMATCH
            initdb: error while loading shared libraries: libz.so.1: cannot open shared object  | BINARIES_NOT_USABLE
            FATAL:  could not open file "global/pg_control": Permission denied                  | DIRECTORY_NOT_USABLE
            FATAL:  something that nobody has seen yet                                          | SERVER_FAILED
            """)
    void what_postgresql_says_is_understood_and_quoted(String output, Reason reason) {
        EmbeddedPostgresException problem =
                Diagnosis.ofOutput("PostgreSQL did not start", output, DIRECTORY, DIRECTORY.resolve("log"));
        assertThat(problem.reason()).isEqualTo(reason);
        assertThat(problem.getMessage()).contains(reason == Reason.DISK_FULL ? DIRECTORY.toString() : output.strip());
    }

    @Test
    void what_the_file_system_says_is_understood() {
        assertThat(Diagnosis.ofFile(new IOException("No space left on device"), DIRECTORY)
                        .reason())
                .isEqualTo(Reason.DISK_FULL);
        assertThat(Diagnosis.ofFile(new AccessDeniedException("/srv"), DIRECTORY))
                .hasMessageStartingWith("/srv cannot be written by user ");
        assertThat(Diagnosis.ofFile(new FileSystemException("/srv", null, "Read-only file system"), DIRECTORY))
                .hasMessageContaining("(the file system is read-only)");
    }

    @Test
    void a_platform_without_binaries_is_told_what_else_to_do() {
        assertThat(Platform.of("Linux", "amd64")).isEqualTo(Platform.LINUX_AMD64);
        assertThat(Platform.of("Mac OS X", "aarch64")).isEqualTo(Platform.MACOS_ARM64);
        assertThatExceptionOfType(EmbeddedPostgresException.class)
                .isThrownBy(() -> Platform.of("Windows 11", "amd64"))
                .withMessageContaining("Windows 11 on amd64")
                .withMessageContaining("DATABASE_URL");
        for (Platform platform : Platform.values()) {
            assertThat(Platform.class.getResource("/" + platform.archive()))
                    .as(platform.archive())
                    .isNotNull();
        }
    }
}
