package dev.capocomico.persistence.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else was there first. */
class PrivateFilesTest {
    private static final int SOMEBODY = 4711;

    @TempDir
    Path temporary;

    @Test
    void a_directory_that_is_made_is_for_its_owner_alone_and_so_is_one_that_was_made_carelessly() throws Exception {
        Path made = PrivateFiles.claimDirectory(temporary.resolve("new/one"));
        assertThat(isReadableForOthers(made)).isFalse();
        Path old = Files.createDirectory(temporary.resolve("old"));
        Files.createFile(old.resolve(PrivateFiles.LOCK));
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxrwxr-x"));
        PrivateFiles.claimDirectory(old);
        assertThat(isReadableForOthers(old)).isFalse();
    }

    private static boolean isReadableForOthers(Path directory) throws IOException {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
        // Root lets its server's account come by; see PrivateFiles.
        return !mode.equals(ThisUser.uid() == 0 ? "rwx--x--x" : "rwx------");
    }

    @Test
    void a_directory_for_other_things_keeps_its_mode_and_is_refused_if_others_may_write_in_it() throws Exception {
        Path project = Files.createDirectory(temporary.resolve("project"));
        Files.createFile(project.resolve("README"));
        Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwxr-xr-x"));
        PrivateFiles.claimDirectory(project);
        assertThat(Files.getPosixFilePermissions(project)).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwxrwxrwx"));
        refused(() -> PrivateFiles.claimDirectory(project), "Other users may write in the data directory");
    }

    @Test
    void a_directory_or_file_of_another_user_is_refused() throws Exception {
        assumeThat(ThisUser.uid()).as("only root can give files away").isZero();
        Path directory = Files.createDirectory(temporary.resolve("theirs"));
        Path file = Files.writeString(temporary.resolve("key"), "planted");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (Path path : new Path[] {directory, file}) {
            Files.setAttribute(path, "unix:uid", SOMEBODY);
        }
        String whose = "belongs to user number " + SOMEBODY;
        refused(() -> PrivateFiles.claimDirectory(directory), whose);
        refused(() -> PrivateFiles.readSecret(file), whose);
        refused(() -> PrivateFiles.read(file), whose);
        refused(() -> PrivateFiles.open(file), whose);
        Path link =
                Files.createSymbolicLink(temporary.resolve("link"), Files.createDirectory(temporary.resolve("own")));
        Files.setAttribute(link, "unix:uid", SOMEBODY, LinkOption.NOFOLLOW_LINKS);
        refused(() -> PrivateFiles.claimDirectory(link), whose);
    }

    @Test
    void a_link_leads_no_write_and_no_read_into_another_file() throws Exception {
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), victim);
        Path hard = Files.createLink(temporary.resolve("hard"), victim);
        refused(() -> PrivateFiles.open(link), "is no plain file");
        refused(() -> PrivateFiles.readSecret(link), "is no plain file");
        refused(() -> PrivateFiles.open(hard), "has another name elsewhere");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> PrivateFiles.overwrite(link, "gone"));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> PrivateFiles.create(link, "gone"));
        PrivateFiles.replace(link, "new");
        assertThat(victim).hasContent("precious");
        assertThat(link).isRegularFile().hasContent("new");
    }

    @Test
    void a_secret_that_others_could_read_is_refused_and_a_file_without_one_is_closed() throws Exception {
        Path file = temporary.resolve("file");
        PrivateFiles.create(file, "secret");
        assertThat(PrivateFiles.readSecret(file)).isEqualTo("secret");
        assertThat(mode(file)).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        refused(() -> PrivateFiles.readSecret(file), "is no secret any more");
        try (FileChannel channel = PrivateFiles.open(file)) {
            assertThat(channel.size()).isEqualTo(6);
        }
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void refused(ThrowingCallable call, String why) {
        assertThatExceptionOfType(NotPrivateException.class).isThrownBy(call).withMessageContaining(why);
    }
}
