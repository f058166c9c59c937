package dev.capocomico.persistence.embedded;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unpacks the tar archives that PostgreSQL comes in: plain files, directories and symbolic links under short names. Whatever
 * else it meets is an error, so that an archive of another make is noticed and not half unpacked.
 */
final class TarArchive {
    private static final int BLOCK_BYTES = 512;

    private final InputStream in;

    private TarArchive(InputStream in) {
        this.in = in;
    }

    /** Unpacks everything below a directory that exists. Files become readable for all and executable as the archive says. */
    static void unpack(InputStream tar, Path directory) throws IOException {
        TarArchive archive = new TarArchive(tar);
        byte[] header = new byte[BLOCK_BYTES];
        while (archive.readBlock(header) && header[0] != 0) {
            archive.unpackEntry(header, directory);
        }
    }

    private void unpackEntry(byte[] header, Path directory) throws IOException {
        String prefix = text(header, 345, 155);
        String name = prefix.isEmpty() ? text(header, 0, 100) : prefix + "/" + text(header, 0, 100);
        Path target = inside(directory, name);
        long size = octal(header, 124, 12);
        char type = (char) header[156];
        switch (type) {
            case '5' -> createDirectories(target, directory);
            case '2' -> {
                createDirectories(parentOf(target), directory);
                inside(directory, directory.relativize(parentOf(target)) + "/" + text(header, 157, 100));
                Files.createSymbolicLink(target, Path.of(text(header, 157, 100)));
            }
            case '0', '\0' -> {
                createDirectories(parentOf(target), directory);
                writeFile(target, size);
                boolean executable = (octal(header, 100, 8) & 0100) != 0;
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            }
            default -> throw new IOException("the archive holds %s of the unknown kind '%c'".formatted(name, type));
        }
    }

    private void writeFile(Path target, long size) throws IOException {
        try (var out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[64 * 1024];
            long left = size;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new EOFException("the archive ends inside " + target.getFileName());
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        in.skipNBytes((BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES);
    }

    /** Creates what is missing, for all to enter: with a strict umask another account could not start the server. */
    private static void createDirectories(Path target, Path root) throws IOException {
        if (Files.isDirectory(target)) {
            return;
        }
        if (!target.equals(root)) {
            createDirectories(parentOf(target), root);
        }
        Files.createDirectory(target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path inside(Path directory, String name) throws IOException {
        Path target = directory.resolve(name).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException("the archive names %s, which lies outside of it".formatted(name));
        }
        return target;
    }

    private static Path parentOf(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " has no parent directory");
        }
        return parent;
    }

    private boolean readBlock(byte[] block) throws IOException {
        int read = in.readNBytes(block, 0, BLOCK_BYTES);
        if (read != 0 && read != BLOCK_BYTES) {
            throw new EOFException("the archive ends inside a header");
        }
        return read == BLOCK_BYTES;
    }

    private static String text(byte[] header, int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return new String(header, offset, end - offset, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int offset, int length) throws IOException {
        String digits = text(header, offset, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("the archive has '%s' where a number should be".formatted(digits), e);
        }
    }
}
