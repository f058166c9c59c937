package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.directory.ThisUser;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * As whom PostgreSQL's programs run. They refuse to be root, and {@code initdb} refuses to be a user without a name, which are
 * the two usual users of a container.
 */
sealed interface ServerAccount {
    /** The words to put before a command. */
    List<String> prefix();

    /** The user, as this process sees it, who must own the server's files. */
    int uid();

    int gid();

    /** The ordinary case. */
    record Oneself(int uid, int gid) implements ServerAccount {
        @Override
        public List<String> prefix() {
            return List.of();
        }
    }

    /**
     * Still this very user for the kernel, with its right to its own files wherever they lie, but under another number in a
     * user namespace of its own. Needs no privilege where the system allows user namespaces.
     */
    record InUserNamespace(List<String> prefix, int uid, int gid) implements ServerAccount {}

    /** Another user, which root may become. Its files are given to it, and it must be able to reach them. */
    record SomebodyElse(List<String> prefix, String name, int uid, int gid) implements ServerAccount {
        boolean mayEnter(Path directory) {
            return succeeds(with(List.of("test", "-x", directory.toString())));
        }
    }

    default List<String> with(List<String> command) {
        List<String> words = new ArrayList<>(prefix());
        words.addAll(command);
        return words;
    }

    /** The first of the three that works here for this process. */
    static ServerAccount choose(Path directory) {
        int uid = effectiveUid();
        boolean hasName = !System.getProperty("user.name", "?").equals("?");
        if (uid != 0 && hasName) {
            return new Oneself(uid, effectiveGid());
        }
        List<User> users = users();
        Optional<ServerAccount> account = inUserNamespace(uid, effectiveGid(), users);
        if (account.isEmpty() && uid == 0) {
            account = somebodyElse(users, directory);
        }
        return account.orElseThrow(() -> noneFound(uid, directory));
    }

    static Optional<ServerAccount> inUserNamespace(int uid, int gid, List<User> users) {
        for (User user : users) {
            List<String> mapped =
                    List.of("unshare", "--user", "--map-user=" + user.uid(), "--map-group=" + user.gid(), "--");
            if (runsAs(mapped, user.uid())) {
                return Optional.of(new InUserNamespace(mapped, uid, gid));
            }
            // An older unshare cannot map; without a map a process is the overflow user, which has a name if "nobody"
            // has its number.
            List<String> unmapped = List.of("unshare", "--user", "--");
            if (runsAs(unmapped, user.uid())) {
                return Optional.of(new InUserNamespace(unmapped, uid, gid));
            }
        }
        return Optional.empty();
    }

    static Optional<ServerAccount> somebodyElse(List<User> users, Path directory) {
        for (User user : users) {
            List<List<String>> ways = List.of(
                    List.of("setpriv", "--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups", "--"),
                    List.of("runuser", "-u", user.name(), "--"));
            for (List<String> way : ways) {
                SomebodyElse account = new SomebodyElse(way, user.name(), user.uid(), user.gid());
                if (runsAs(way, user.uid()) && account.mayEnter(directory)) {
                    return Optional.of(account);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean runsAs(List<String> prefix, int uid) {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of("id", "-u"));
        Command.Ended ended = Command.tryOut(words);
        return ended != null && ended.succeeded() && ended.output().strip().equals(Integer.toString(uid));
    }

    private static boolean succeeds(List<String> words) {
        Command.Ended ended = Command.tryOut(words);
        return ended != null && ended.succeeded();
    }

    private static EmbeddedPostgresException noneFound(int uid, Path directory) {
        String who = uid == 0 ? "as root" : "as a user without a name (number %d)".formatted(uid);
        return new EmbeddedPostgresException(
                Reason.NO_USABLE_ACCOUNT,
                ("PostgreSQL refuses to run %s, and here it can neither be given a user namespace (unshare --user) nor another user who may enter %s."
                                + " Do one of these: start this program as an ordinary user; choose a data directory that everyone may enter, such as /var/lib/capocomico; allow user namespaces (in a container: --security-opt seccomp=unconfined); or name a server in DATABASE_URL.")
                        .formatted(who, directory));
    }

    /** A user that is not root and has a name. */
    record User(String name, int uid, int gid) {
        private static final List<String> PREFERRED = List.of("postgres", "nobody");

        static Comparator<User> bestFirst() {
            return Comparator.comparingInt(user -> {
                int place = PREFERRED.indexOf(user.name());
                return place < 0 ? PREFERRED.size() : place;
            });
        }
    }

    /** At most three candidates; each costs a few processes to try out. */
    static List<User> users() {
        Path passwd = Path.of("/etc/passwd");
        try {
            return Files.readAllLines(passwd, StandardCharsets.ISO_8859_1).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 4
                            && fields[2].matches("[1-9][0-9]{0,8}")
                            && fields[3].matches("[0-9]{1,9}"))
                    .map(fields -> new User(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .sorted(User.bestFirst())
                    .limit(3)
                    .toList();
        } catch (IOException e) {
            // No list of users, so nobody to become.
            return List.of();
        }
    }

    /** Who this process is. */
    static int effectiveUid() {
        return known(ThisUser::uid);
    }

    private static int effectiveGid() {
        return known(ThisUser::gid);
    }

    /** A number of this process's. */
    @FunctionalInterface
    interface Identity {
        int get() throws IOException;
    }

    private static int known(Identity identity) {
        try {
            return identity.get();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    Reason.NO_USABLE_ACCOUNT, "It cannot be found out which user runs this process: " + e, e);
        }
    }
}
