package dev.capocomico.persistence.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Directories and files that belong to this user alone.
 *
 * <p>A data directory may stand in a place where others can write too: a shared project, {@code /tmp}. What lies there already is not
 * believed because of its name. A directory has to be this user's, and is closed to the others before anything in it is opened; a
 * file in it has to be a plain file of this user's. Nothing is opened through a symbolic link, so that none that somebody has laid
 * leads a write into another file. Once the directory is closed nobody can exchange what was looked at.
 *
 * <p>Where the file system knows no owners, nothing is checked.
 */
public final class PrivateFiles {
    /** The file that says that a directory was a data directory before; see {@code DataDirectoryLock}. */
    public static final String LOCK = "capo.lock";

    private static final int ROOT = 0;
    private static final int WRITABLE_FOR_OTHERS = 0022;
    private static final int OPEN_FOR_OTHERS = 0077;

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    /** PostgreSQL refuses to be root; it runs as another user then, who has to come by on its way to its own folder. */
    private static final Set<PosixFilePermission> DIRECTORY_OF_ROOT = PosixFilePermissions.fromString("rwx--x--x");

    private PrivateFiles() {}

    /**
     * Makes a data directory, if it is missing, and closes it to other users.
     *
     * @return its one real name
     * @throws NotPrivateException if it is somebody else's, or is used for other things and others may write in it
     */
    public static Path claimDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            createDirectory(directory);
        }
        Path real = directory.toRealPath();
        if (!knowsOwners(real)) {
            return real;
        }
        // A link may lead anywhere its owner likes, so it counts as much as the directory does.
        for (Path named : Files.isSymbolicLink(directory) ? Set.of(directory, real) : Set.of(real)) {
            int owner = owner(named);
            if (owner != ThisUser.uid() && !(Files.isSymbolicLink(named) && owner == ROOT)) {
                throw new NotPrivateException(
                        named,
                        "The data directory %s belongs to user number %d, and this program runs as number %d. Start it as that user, give this user the directory (chown), or choose another one."
                                .formatted(named, owner, ThisUser.uid()));
            }
        }
        closeToOthers(real);
        return real;
    }

    private static void closeToOthers(Path directory) throws IOException {
        int mode = mode(directory);
        Set<PosixFilePermission> wanted = ThisUser.uid() == ROOT ? DIRECTORY_OF_ROOT : DIRECTORY;
        if ((mode & OPEN_FOR_OTHERS) == 0
                || Files.getPosixFilePermissions(directory).equals(wanted)) {
            return;
        }
        if (isOursAlone(directory)) {
            Files.setPosixFilePermissions(directory, wanted);
        } else if ((mode & WRITABLE_FOR_OTHERS) != 0) {
            throw new NotPrivateException(
                    directory,
                    "Other users may write in the data directory %s, and it holds files of other programs. Choose a directory for Capocomico alone, or close this one to others (chmod go-w)."
                            .formatted(directory));
        }
    }

    /** Whether it was a data directory before, or is empty. Another's files may have to be read by others. */
    private static boolean isOursAlone(Path directory) throws IOException {
        if (Files.exists(directory.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Makes a directory for this user alone. */
    public static void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, onlyFor(DIRECTORY, directory));
        if (knowsOwners(directory) && ThisUser.uid() == ROOT) {
            Files.setPosixFilePermissions(directory, DIRECTORY_OF_ROOT);
        }
    }

    /**
     * Lets nobody else write in a folder of a data directory, or in one from which programs are started. A link to one is as good, if it is this user's.
     *
     * @throws NotPrivateException if it is somebody's who is neither this user nor root
     */
    public static void claimFolder(Path folder) throws IOException {
        if (!knowsOwners(folder)) {
            return;
        }
        int owner = owner(folder);
        int user = ThisUser.uid();
        if (owner != user && owner != ROOT) {
            throw new NotPrivateException(
                    folder,
                    "%s belongs to user number %d, and this program runs as number %d, which has not made it. Somebody else may have put it there: look at it, and remove it, or give it to this user (chown)."
                            .formatted(folder, owner, user));
        }
        if (owner == user && !Files.isSymbolicLink(folder) && (mode(folder) & WRITABLE_FOR_OTHERS) != 0) {
            Set<PosixFilePermission> closed = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
            closed.remove(PosixFilePermission.GROUP_WRITE);
            closed.remove(PosixFilePermission.OTHERS_WRITE);
            Files.setPosixFilePermissions(folder, closed);
        }
    }

    /** Writes over a file that keeps its owner, and makes it if it is missing; a link is not followed. */
    public static void overwrite(Path file, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS),
                onlyFor(FILE, file))) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /**
     * Opens a file to read and write it, and makes it if it is missing.
     *
     * @throws NotPrivateException if it is a link, or is somebody else's
     */
    public static FileChannel open(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            checkOwner(file, false);
            if (knowsOwners(file) && (mode(file) & OPEN_FOR_OTHERS) != 0) {
                Files.setPosixFilePermissions(file, FILE);
            }
        }
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                onlyFor(FILE, file));
    }

    /**
     * Reads a secret.
     *
     * @throws NoSuchFileException if there is none
     * @throws NotPrivateException if it is a link, or is somebody else's, or others could read or write it
     */
    public static String readSecret(Path file) throws IOException {
        return readSecret(file, false);
    }

    /** The same, of a file that root may have given to the owner of the folder in which it stands. */
    public static String readGivenSecret(Path file) throws IOException {
        return readSecret(file, true);
    }

    private static String readSecret(Path file, boolean given) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString());
        }
        checkOwner(file, given);
        if (knowsOwners(file) && (mode(file) & OPEN_FOR_OTHERS) != 0) {
            throw new NotPrivateException(
                    file,
                    "Other users may read or write %s, so what it holds is no secret any more. Remove it, or, if nobody has read it, close it to others (chmod 600)."
                            .formatted(file));
        }
        return Files.readString(file);
    }

    /** Reads what is no secret, and has to be this user's word. */
    public static String read(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString());
        }
        checkOwner(file, false);
        return Files.readString(file);
    }

    /**
     * Writes a new file that nobody else can read, not even while it is empty, and forces it to the disk.
     *
     * @throws java.nio.file.FileAlreadyExistsException if something is there already
     */
    public static void create(Path file, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyFor(FILE, file))) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    /** Puts a file in the place of whatever had the name: readers see the old or the new one, and a link is replaced, not followed. */
    public static void replace(Path file, String content) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        create(draft, content);
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void checkOwner(Path file, boolean given) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotPrivateException(
                    file,
                    "%s is no plain file (a link, for instance), and Capocomico makes plain ones. Somebody else may have put it there: look at it, and remove it."
                            .formatted(file));
        }
        if (!knowsOwners(file)) {
            return;
        }
        if ((Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) != 1) {
            throw new NotPrivateException(
                    file,
                    "%s has another name elsewhere (a hard link), and what is written to it would be written there. Somebody else may have put it there: look at it, and remove it."
                            .formatted(file));
        }
        int owner = owner(file);
        int user = ThisUser.uid();
        Path folder = file.toAbsolutePath().getParent();
        boolean byRoot = given && user == ROOT && folder != null && owner == owner(folder);
        if (owner != user && !byRoot) {
            throw new NotPrivateException(
                    file,
                    "%s belongs to user number %d, and this program runs as number %d, which has not made it. Somebody else may have put it there: look at it, and remove it, or give it to this user (chown)."
                            .formatted(file, owner, user));
        }
    }

    private static boolean knowsOwners(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    private static int owner(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static FileAttribute<?>[] onlyFor(Set<PosixFilePermission> permissions, Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(EnumSet.copyOf(permissions))}
                : new FileAttribute<?>[0];
    }
}
