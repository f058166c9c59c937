package dev.capocomico.cli;

import dev.capocomico.http.access.AccessSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The secret with which {@code capo dev} and {@code capo token} sign, and which the server of the same data directory takes. It is
 * made at the first start, and whoever can read the file can call the server: so only its owner can.
 */
final class DevelopmentKey {
    private static final String FILE = "development.key";

    private DevelopmentKey() {}

    /** Empty when no server was ever started on the directory. */
    static Optional<String> find(Path data) throws IOException {
        try {
            String secret = Files.readString(data.resolve(FILE)).strip();
            AccessSettings.SharedSecret.of(secret);
            return Optional.of(secret);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException("%s holds no key (%s); without the file the next start makes a new one"
                    .formatted(data.resolve(FILE), e.getMessage()));
        }
    }

    static String findOrMake(Path data) throws IOException {
        Optional<String> found = find(data);
        return found.isPresent() ? found.get() : make(data);
    }

    private static String make(Path data) throws IOException {
        byte[] chance = new byte[AccessSettings.SharedSecret.BYTES_MIN];
        new SecureRandom().nextBytes(chance);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
        Files.createDirectories(data);
        Path file = data.resolve(FILE);
        try {
            create(file);
            Files.writeString(file, secret + "\n");
            return secret;
        } catch (FileAlreadyExistsException e) {
            return find(data).orElseThrow(() -> e);
        }
    }

    /** Nobody else may read it, not even before there is anything to read. */
    private static void create(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }
}
