package dev.capocomico.configuration;

import dev.capocomico.language.problem.DidYouMean;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The address of a PostgreSQL, as {@code DATABASE_URL} gives it, taken apart: {@code postgresql://user:password@host:port/database}, as
 * libpq and most hosting services write it, or a JDBC URL.
 *
 * <p>User and password are taken out of it, so what is left can be logged. What cannot be read is never quoted: a password with a
 * character that was not encoded may end up in any part of it.
 *
 * @param jdbcUrl without user and password
 * @param user null when the address names none
 * @param password null when the address holds none
 */
record DatabaseAddress(
        String jdbcUrl, @Nullable String user, @Nullable String password) {
    static final String ALLOWED =
            "an address such as postgresql://user:password@host:5432/database or jdbc:postgresql://host:5432/database";

    private static final String JDBC = "jdbc:postgresql:";
    private static final Pattern LIBPQ = Pattern.compile("(?i)postgres(?:ql)?://");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final Pattern HOST =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+(?:%\\w+)?]|[A-Za-z0-9._-]+)?(?::([0-9]{1,5}))?");
    private static final int PORT_MAX = 65_535;

    /** An address that cannot be used; the message is the end of a sentence that begins with the setting's name. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    @Override
    public String toString() {
        return jdbcUrl;
    }

    static DatabaseAddress parse(String text) throws MalformedException {
        if (text.startsWith(JDBC)) {
            return jdbc(text);
        }
        var scheme = LIBPQ.matcher(text);
        if (scheme.lookingAt()) {
            return libpq(text.substring(scheme.end()));
        }
        boolean mayHoldPassword = text.contains("@") || text.contains("password");
        throw new MalformedException((mayHoldPassword ? "is no address of a PostgreSQL" : "is \"" + text + "\"")
                + "; allowed is " + ALLOWED);
    }

    // --- JDBC

    private static DatabaseAddress jdbc(String text) throws MalformedException {
        int question = text.indexOf('?');
        String place = question < 0 ? text : text.substring(0, question);
        if (text.substring(0, question < 0 ? text.length() : question).contains("@")) {
            throw new MalformedException(
                    "is a JDBC URL with a user before its host, which JDBC does not know; write postgresql://user:password@host/database");
        }
        Parameters parameters = Parameters.of(question < 0 ? "" : text.substring(question + 1), false);
        if (Driver.parseURL(place, null) == null) {
            throw new MalformedException("cannot be read; allowed is " + ALLOWED);
        }
        return new DatabaseAddress(place + parameters.jdbc(), parameters.user, parameters.password);
    }

    // --- postgresql://

    private static DatabaseAddress libpq(String text) throws MalformedException {
        int question = text.indexOf('?');
        String before = question < 0 ? text : text.substring(0, question);
        int slash = before.indexOf('/');
        String authority = slash < 0 ? before : before.substring(0, slash);
        String database = slash < 0 ? "" : before.substring(slash + 1);
        if (text.substring(authority.length()).contains("@")) {
            throw new MalformedException(
                    "has an @ after its host; in a user or password / is written %2F, ? is %3F and @ is %40");
        }
        int at = authority.lastIndexOf('@');
        String credentials = at < 0 ? "" : authority.substring(0, at);
        int colon = credentials.indexOf(':');
        String user = decoded(colon < 0 ? credentials : credentials.substring(0, colon));
        String password = colon < 0 ? "" : decoded(credentials.substring(colon + 1));
        Parameters parameters = Parameters.of(question < 0 ? "" : text.substring(question + 1), true);
        return new DatabaseAddress(
                "jdbc:postgresql://" + hosts(authority.substring(at + 1)) + "/"
                        + URLEncoder.encode(decoded(database), StandardCharsets.UTF_8) + parameters.jdbc(),
                only("user", user, parameters.user),
                only("password", password, parameters.password));
    }

    private static @Nullable String only(String what, String before, @Nullable String after) throws MalformedException {
        if (before.isEmpty()) {
            return after;
        }
        if (after != null) {
            throw new MalformedException("names a %s before the host and another after the ?".formatted(what));
        }
        return before;
    }

    private static String hosts(String text) throws MalformedException {
        if (text.toLowerCase(Locale.ROOT).contains("%2f")) {
            throw new MalformedException("names a socket in a folder; connections are made over TCP: name a host");
        }
        for (String host : text.split(",", -1)) {
            var matcher = HOST.matcher(host);
            if (!matcher.matches()
                    || (matcher.group(1) != null && Integer.parseInt(matcher.group(1)) > PORT_MAX)
                    || (host.isEmpty() && !text.isEmpty())) {
                throw new MalformedException(
                        "has a host or port that cannot be read; in a user or password : is written %3A, / is %2F, ? is %3F and @ is %40");
            }
        }
        return text.isEmpty() || text.startsWith(":") ? "localhost" + text : text;
    }

    private static String decoded(String text) throws MalformedException {
        if (!text.contains("%")) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.put(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new MalformedException(
                        "has a % without two hexadecimal digits after it; % itself is written %25");
            }
            decoded.put((byte) (high * 16 + low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("has %-encoded bytes that are no UTF-8");
        }
    }

    // --- Parameters

    /** A parameter of libpq that pgJDBC has under another name, or with other values. */
    private enum Translated {
        CONNECT_TIMEOUT("connectTimeout"),
        APPLICATION_NAME("ApplicationName"),
        CHANNEL_BINDING("channelBinding"),
        GSSENCMODE("gssEncMode"),
        REQUIRE_AUTH("requireAuth"),
        KEEPALIVES("tcpKeepAlive"),
        TARGET_SESSION_ATTRS("targetServerType"),
        LOAD_BALANCE_HOSTS("loadBalanceHosts");

        private final String property;

        Translated(String property) {
            this.property = property;
        }

        String libpq() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Translated> named(String name) {
            return Stream.of(values()).filter(one -> one.libpq().equals(name)).findFirst();
        }

        String value(String text) {
            return switch (this) {
                case CONNECT_TIMEOUT, APPLICATION_NAME, CHANNEL_BINDING, GSSENCMODE, REQUIRE_AUTH -> text;
                case KEEPALIVES -> Boolean.toString(!text.equals("0"));
                case LOAD_BALANCE_HOSTS -> Boolean.toString(text.equals("random"));
                case TARGET_SESSION_ATTRS ->
                    switch (text) {
                        case "read-write" -> "primary";
                        case "read-only", "standby" -> "secondary";
                        case "prefer-standby" -> "preferSecondary";
                        default -> text;
                    };
            };
        }
    }

    /** What stands after the question mark, each as pgJDBC has it, but for user and password. */
    private static final class Parameters {
        private final List<String> kept = new ArrayList<>();
        private @Nullable String user;
        private @Nullable String password;

        static Parameters of(String text, boolean libpq) throws MalformedException {
            Parameters parameters = new Parameters();
            for (String one : text.split("&", -1)) {
                if (!one.isEmpty()) {
                    parameters.add(one, libpq);
                }
            }
            return parameters;
        }

        private void add(String one, boolean libpq) throws MalformedException {
            int equal = one.indexOf('=');
            String name = equal < 0 ? one : one.substring(0, equal);
            String raw = equal < 0 ? "" : one.substring(equal + 1);
            if (equal < 0 || !NAME.matcher(name).matches()) {
                throw new MalformedException("has a parameter that is no name=value");
            }
            // In JDBC a plus is a space.
            String value = decoded(libpq ? raw : raw.replace('+', ' '));
            Optional<Translated> translated = libpq ? Translated.named(name) : Optional.empty();
            if (name.equals("user")) {
                user = value;
            } else if (name.equals("password")) {
                password = value;
            } else if (name.equals("sslpassword")) {
                throw new MalformedException(
                        "holds a password (sslpassword), which would be seen wherever the address is; let the file that sslkey names need none");
            } else if (libpq && name.equals("sslrootcert") && value.equals("system")) {
                keep("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            } else if (translated.isPresent()) {
                keep(translated.get().property, translated.get().value(value));
            } else if (isProperty(name)) {
                kept.add(name + "=" + (libpq ? URLEncoder.encode(value, StandardCharsets.UTF_8) : raw));
            } else {
                throw new MalformedException("has the parameter \"%s\", which has no effect; %s"
                        .formatted(name, DidYouMean.hint(name, known(libpq), "parameters are such as")));
            }
        }

        private void keep(String property, String value) {
            kept.add(property + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }

        private static boolean isProperty(String name) {
            PGProperty property = PGProperty.forName(name);
            return property != null && !property.getName().startsWith("PG");
        }

        private static Set<String> known(boolean libpq) {
            Stream<String> properties = Stream.of(PGProperty.values()).map(PGProperty::getName);
            Stream<String> others = libpq ? Stream.of(Translated.values()).map(Translated::libpq) : Stream.empty();
            return Stream.concat(properties, others)
                    .filter(name -> !name.startsWith("PG") && !name.equals("sslpassword"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        String jdbc() {
            return kept.isEmpty() ? "" : "?" + String.join("&", kept);
        }
    }
}
