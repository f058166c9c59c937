package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.directory.PrivateFiles;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What lies in the {@code postgresql} folder of a data directory: the database, the password, the logs. A database appears there
 * whole or not at all, as it is made beside and renamed.
 */
final class DatabaseFiles {
    /** PostgreSQL keeps paths in 1,024 bytes and appends some to this one. */
    private static final int PATH_BYTES_MAX = 800;

    private static final int PASSWORD_BYTES = 24;
    private static final Duration CREATION_LIMIT = Duration.ofMinutes(5);

    private final Path home;

    private DatabaseFiles(Path home) {
        this.home = home;
    }

    /**
     * Creates a data directory if there is none and gives its one real name.
     *
     * @throws EmbeddedPostgresException if it cannot be used; nothing else has been touched then
     */
    static Path realDirectory(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        // PostgreSQL's starter hands paths to a shell, in double quotes.
        if (absolute.toString().chars().anyMatch(c -> "\"$`\\".indexOf(c) >= 0 || c < ' ')) {
            throw new EmbeddedPostgresException(
                    Reason.PATH_NOT_USABLE,
                    "The data directory %s has a character in its path that PostgreSQL's starter cannot take (quote, dollar, backtick, backslash, control character). Choose another one."
                            .formatted(absolute));
        }
        if (absolute.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw new EmbeddedPostgresException(
                    Reason.PATH_NOT_USABLE,
                    "The path of the data directory is longer than %d bytes, too long for PostgreSQL: %s. Choose a shorter one."
                            .formatted(PATH_BYTES_MAX, absolute));
        }
        try {
            return PrivateFiles.claimDirectory(absolute);
        } catch (IOException e) {
            throw Diagnosis.ofFile(e, absolute);
        }
    }

    /** The files in a data directory that is locked. */
    static DatabaseFiles in(Path directory) throws IOException {
        DatabaseFiles files = new DatabaseFiles(directory.resolve("postgresql"));
        if (Files.isDirectory(files.home)) {
            // Root may have given it to the account of the server.
            if (ServerAccount.effectiveUid() != 0) {
                PrivateFiles.claimFolder(files.home);
            }
        } else {
            Files.createDirectory(
                    files.home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            DirectoryTree.forceNames(directory);
        }
        return files;
    }

    Path home() {
        return home;
    }

    Path database() {
        return home.resolve("data");
    }

    Path binaries() {
        return home.resolve("binaries");
    }

    Path startLog() {
        return home.resolve("start.log");
    }

    Path logs() {
        return home.resolve("log");
    }

    boolean hasDatabase() {
        return Files.isDirectory(database());
    }

    private Path passwordFile() {
        return home.resolve("password");
    }

    private Path nodePasswordFile() {
        return home.resolve("node-password");
    }

    /** Whether there has been a node with a role of its own. */
    boolean hasNodePassword() {
        return Files.exists(nodePasswordFile());
    }

    /** That of the node's own role, which is made with its file, and may be younger than the database. */
    String nodePassword() throws IOException {
        try {
            return PrivateFiles.readGivenSecret(nodePasswordFile()).strip();
        } catch (NoSuchFileException e) {
            String password = newPassword();
            PrivateFiles.create(nodePasswordFile(), password + "\n");
            DirectoryTree.forceNames(home);
            return password;
        }
    }

    /** That of the superuser, by which roles and the database are set up. */
    String password() throws IOException {
        try {
            return PrivateFiles.readGivenSecret(passwordFile()).strip();
        } catch (NoSuchFileException e) {
            throw new EmbeddedPostgresException(
                    Reason.DIRECTORY_DAMAGED,
                    "The database in %s is there, but not the file with its password, %s. Restore that file from a backup, or choose an empty data directory."
                            .formatted(database(), passwordFile()),
                    e);
        }
    }

    /** Refuses a database of another major version before anything is done to it. */
    void checkVersion() throws IOException {
        Path file = database().resolve("PG_VERSION");
        String found;
        try {
            found = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw new EmbeddedPostgresException(
                    Reason.DIRECTORY_DAMAGED,
                    "%s is no PostgreSQL database: the file PG_VERSION is missing. Restore it from a backup, or choose an empty data directory."
                            .formatted(database()),
                    e);
        }
        if (!found.equals(Binaries.majorVersion())) {
            throw new EmbeddedPostgresException(
                    Reason.VERSION_MISMATCH,
                    "The database in %s was made by PostgreSQL %s, and this program includes %s. Start it with the version of this program that made it, dump it there and restore it here, or choose an empty data directory."
                            .formatted(database(), found, Binaries.version()));
        }
    }

    /** Refuses files of another user, unless this process may give them to the one who needs them, and does. */
    void giveTo(ServerAccount account) throws IOException {
        if (ServerAccount.effectiveUid() == 0) {
            DirectoryTree.giveTo(home, account.uid(), account.gid());
            return;
        }
        for (Path path : hasDatabase() ? List.of(home, database()) : List.of(home)) {
            int owner = DirectoryTree.ownerOf(path);
            if (owner != account.uid()) {
                throw new EmbeddedPostgresException(
                        Reason.DIRECTORY_NOT_USABLE,
                        "%s belongs to user number %d, and this program runs as number %d. Start it as that user, give this user the files (chown -R), or choose another data directory."
                                .formatted(path, owner, account.uid()));
            }
        }
    }

    /** Makes a database, with a password that nobody has ever seen. */
    void createDatabase(Binaries binaries, ServerAccount account, Durability durability) throws IOException {
        Path unfinished = home.resolve("data.unfinished");
        DirectoryTree.delete(unfinished);
        writePassword();
        giveTo(account);
        Path initdb = binaries.program("initdb");
        List<String> words = new ArrayList<>(List.of(
                initdb.toString(),
                "--pgdata=" + unfinished,
                "--username=" + Roles.SUPERUSER,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // The same order and the same upper case on every system, whatever locales it has.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums",
                "--no-instructions"));
        if (durability == Durability.FAST_FOR_TESTS) {
            words.add("--no-sync");
        }
        Command.Ended ended;
        try {
            ended = Command.run(account.with(words), home, CREATION_LIMIT);
        } catch (IOException e) {
            throw Diagnosis.ofUnstartable(e, initdb);
        }
        if (!ended.succeeded()) {
            DirectoryTree.delete(unfinished);
            throw Diagnosis.ofOutput("The database in " + home + " could not be created", ended.output(), home, home);
        }
        Files.writeString(
                unfinished.resolve("postgresql.conf"),
                "\ninclude '" + ServerConfiguration.FILE_NAME + "'\n",
                StandardOpenOption.APPEND);
        writeConfiguration(unfinished, "");
        Files.move(unfinished, database(), StandardCopyOption.ATOMIC_MOVE);
        DirectoryTree.forceNames(home);
    }

    private void writePassword() throws IOException {
        Files.deleteIfExists(passwordFile());
        PrivateFiles.create(passwordFile(), newPassword() + "\n");
    }

    private static String newPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** The configuration that the server, if it runs, was started with; empty if there is none. */
    String configuration() throws IOException {
        try {
            return Files.readString(database().resolve(ServerConfiguration.FILE_NAME));
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Who may connect is written too: nobody without a password, whatever was there. */
    void writeConfiguration(String configuration) throws IOException {
        writeConfiguration(database(), configuration);
        PrivateFiles.overwrite(database().resolve("pg_hba.conf"), ServerConfiguration.CLIENTS);
    }

    private static void writeConfiguration(Path database, String configuration) throws IOException {
        PrivateFiles.overwrite(database.resolve(ServerConfiguration.FILE_NAME), configuration);
    }
}
