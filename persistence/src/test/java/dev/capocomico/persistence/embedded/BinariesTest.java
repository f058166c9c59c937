package dev.capocomico.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
    @TempDir
    Path temporary;

    @Test
    void starters_at_once_unpack_once_and_a_damaged_copy_is_replaced() throws Exception {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        Set<Path> homes = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Binaries>> starters = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                starters.add(threads.submit(() -> Binaries.in(temporary, Platform.current(), said::add)));
            }
            for (Future<Binaries> starter : starters) {
                homes.add(starter.get().home());
            }
        }
        assertThat(homes).hasSize(1);
        assertThat(said).singleElement().asString().contains("unpacking PostgreSQL " + Binaries.version());

        Path home = homes.iterator().next();
        Files.delete(home.resolve("bin/postgres"));
        Files.createDirectory(temporary.resolve(".unpacking-left-by-a-crash"));
        assertThat(Binaries.in(temporary, Platform.current(), said::add).program("postgres"))
                .isExecutable();
        assertThat(said).hasSize(2);
        try (Stream<Path> children = Files.list(temporary)) {
            assertThat(children).containsExactlyInAnyOrder(home, temporary.resolve("unpack.lock"));
        }
    }

    @Test
    void an_archive_that_reaches_outside_or_is_cut_off_is_refused() throws IOException {
        byte[] good = tar("inside/file", "content");
        TarArchive.unpack(new ByteArrayInputStream(good), temporary);
        assertThat(temporary.resolve("inside/file")).hasContent("content");
        assertThatIOException()
                .isThrownBy(() -> TarArchive.unpack(new ByteArrayInputStream(tar("../out", "x")), temporary))
                .withMessageContaining("outside");
        assertThatIOException()
                .isThrownBy(() -> TarArchive.unpack(new ByteArrayInputStream(good, 0, 515), temporary))
                .withMessageContaining("ends inside");
    }

    private static byte[] tar(String name, String content) {
        byte[] header = new byte[512];
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        write(header, 0, name);
        write(header, 100, "0000644");
        write(header, 124, "%011o".formatted(bytes.length));
        header[156] = '0';
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.writeBytes(bytes);
        out.writeBytes(new byte[512 - bytes.length + 1024]);
        return out.toByteArray();
    }

    private static void write(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
