package dev.capocomico.cli;

import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.persistence.directory.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The secret with which {@code capo dev} and {@code capo token} sign, and which the server of the same data directory takes. It is
 * made at the first start, and whoever can read the file can call the server: so only its owner can, and one that somebody else could have
 * read or put there is refused.
 */
final class DevelopmentKey {
    private static final String FILE = "development.key";

    private DevelopmentKey() {}

    /** Empty when no server was ever started on the directory. */
    static Optional<String> find(Path data) throws IOException {
        try {
            String secret = PrivateFiles.readSecret(data.resolve(FILE)).strip();
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
        PrivateFiles.claimDirectory(data);
        try {
            PrivateFiles.create(data.resolve(FILE), secret + "\n");
            return secret;
        } catch (FileAlreadyExistsException e) {
            return find(data).orElseThrow(() -> e);
        }
    }
}
