package dev.capocomico.cli;

import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.configuration.NodeConfiguration.Database;
import dev.capocomico.http.audit.TrustedProxies;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a production server is refused for, each in a sentence that says what to set. */
final class UnsafeSettings {
    private static final Pattern HOSTS = Pattern.compile("jdbc:postgresql://([^/?]*)");
    private static final Pattern SSL_MODE = Pattern.compile("[?&]sslmode=([^&]*)");
    private static final Pattern VERIFIED = Pattern.compile("[?&]ssl=true");
    private static final String PATIENCE_SECONDS = "5";

    private UnsafeSettings() {}

    /** @param address where HTTP is to be served */
    static List<String> of(NodeConfiguration configuration, String address) {
        List<String> refusals = new ArrayList<>();
        if (configuration.database().isEmpty()) {
            refusals.add("DATABASE_URL names no database, which a production server needs:"
                    + " DATABASE_URL=postgresql://user:password@host/database; capo dev has one of its own");
        }
        if (configuration.http().access().isEmpty()) {
            refusals.add("neither JWT_SECRET nor JWKS_URL says how callers are known, and a production server has"
                    + " no development key");
        }
        if (!isLoopback(address)
                && configuration.http().tls().isEmpty()
                && configuration.http().proxies().equals(TrustedProxies.NONE)) {
            refusals.add(
                    "others reach %s, and tokens would travel in clear text: set TLS_CERTIFICATE and TLS_KEY, or name the proxy that ends TLS in TRUSTED_PROXIES"
                            .formatted(address));
        }
        configuration
                .database()
                .filter(UnsafeSettings::leavesEncryptionOpen)
                .ifPresent(database -> refusals.add(
                        "%s is on another machine, and its address does not say whether the connection is encrypted: add sslmode=verify-full, or sslmode=disable for a network that is private"
                                .formatted(database.shown())));
        return refusals;
    }

    /** Without sslmode, or with one of these, the driver encrypts or not as whoever answers likes. */
    private static boolean leavesEncryptionOpen(Database database) {
        Matcher mode = SSL_MODE.matcher(database.jdbcUrl());
        boolean open = mode.find()
                ? Stream.of("allow", "prefer").anyMatch(mode.group(1)::equalsIgnoreCase)
                : !VERIFIED.matcher(database.jdbcUrl()).find();
        return open && !isOfThisMachine(database);
    }

    private static boolean isOfThisMachine(Database database) {
        Matcher hosts = HOSTS.matcher(database.jdbcUrl());
        return !hosts.lookingAt()
                || Stream.of(hosts.group(1).split(","))
                        .map(host -> host.replaceFirst(":\\d+$", ""))
                        .allMatch(host -> host.isEmpty()
                                || host.equals("localhost")
                                || (host.matches("[0-9.]+|\\[.*]") && isLoopback(host)));
    }

    static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Of a server that could lose what it has acknowledged; empty also when it cannot be asked, which the start will tell. */
    static List<String> of(Database database) {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("loginTimeout", PATIENCE_SECONDS);
        properties.setProperty("connectTimeout", PATIENCE_SECONDS);
        properties.setProperty("socketTimeout", PATIENCE_SECONDS);
        List<String> off = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT name FROM pg_settings WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')")) {
            while (rows.next()) {
                off.add(rows.getString(1));
            }
        } catch (SQLException e) {
            return List.of();
        }
        return off.stream()
                .map(name -> "%s of %s is off, so a crash loses what was acknowledged: turn it on"
                        .formatted(name, database.shown()))
                .toList();
    }
}
