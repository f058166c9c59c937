package dev.capocomico.cli;

import dev.capocomico.StoredExecutions;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.configuration.ConfigurationException;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.persistence.embedded.RunningPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** Goes through what a server needs, and changes nothing. */
final class Examination {
    private static final int JAVA_MIN = 21;
    private static final long DISK_BYTES_MIN = 1L << 30;
    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(5);
    private static final String DATABASE_PATIENCE_SECONDS = "5";

    private final Terminal terminal;
    private final ServerOption option;
    private final Path data;
    private final List<Finding> findings = new ArrayList<>();

    Examination(Terminal terminal, ServerOption option) {
        this.terminal = terminal;
        this.option = option;
        this.data = option.data().in(terminal);
    }

    List<Finding> findings() throws InterruptedException {
        findings.add(java());
        try {
            NodeConfiguration configuration = NodeConfiguration.load();
            findings.add(Finding.good("settings", "all have values that are allowed"));
            findings.add(configuration.database().map(this::database).orElseGet(this::dataDirectory));
            Optional<URI> here = Doorplate.read(data);
            if (here.isEmpty()) {
                findings.add(port(configuration.http()));
            }
            server();
        } catch (ConfigurationException e) {
            String wrong = String.valueOf(e.getMessage()).replace("\n", "; ");
            findings.add(Finding.bad("settings", wrong, "docs/configuration.md has all of them"));
        } catch (IOException e) {
            findings.add(Finding.bad(
                    "directory", String.valueOf(e.getMessage()), "make it readable, or name another with --data"));
        }
        findings.add(Finding.note("cluster", "a server is a cluster of one node"));
        return List.copyOf(findings);
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String found = "%s from %s".formatted(Runtime.version(), System.getProperty("java.home"));
        return version >= JAVA_MIN
                ? Finding.good("java", found)
                : Finding.bad("java", found, "install a JDK of %d or newer, or set JAVA_HOME".formatted(JAVA_MIN));
    }

    private Finding database(NodeConfiguration.Database database) {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("loginTimeout", DATABASE_PATIENCE_SECONDS);
        properties.setProperty("connectTimeout", DATABASE_PATIENCE_SECONDS);
        properties.setProperty("socketTimeout", DATABASE_PATIENCE_SECONDS);
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version'), now()")) {
            row.next();
            Duration skew = Duration.between(row.getTimestamp(2).toInstant(), Instant.now())
                    .abs();
            String found = "PostgreSQL %s at %s".formatted(row.getString(1), database);
            return skew.compareTo(CLOCK_SKEW_MAX) <= 0
                    ? Finding.good("database", found)
                    : Finding.bad(
                            "database",
                            found + ", whose clock differs by " + skew.toSeconds() + " s",
                            "let both machines keep their clocks by NTP");
        } catch (SQLException e) {
            return Finding.bad(
                    "database",
                    "%s cannot be used: %s".formatted(database, e.getMessage()),
                    "look at DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD, and whether PostgreSQL runs there");
        }
    }

    private Finding dataDirectory() {
        try {
            Path existing = data;
            while (existing != null && !Files.exists(existing)) {
                existing = existing.toAbsolutePath().getParent();
            }
            if (existing == null || !Files.isWritable(existing)) {
                return Finding.bad(
                        "directory",
                        option.data().shown() + " cannot be written",
                        "let its owner run capo, or name another with --data");
            }
            long free = Files.getFileStore(existing).getUsableSpace();
            String room = String.format(Locale.ROOT, "%,d MiB free", free >> 20);
            String found =
                    option.data().shown() + (StoredExecutions.areIn(data) ? held() : ", not used yet") + ", " + room;
            return free >= DISK_BYTES_MIN
                    ? Finding.good("directory", found)
                    : Finding.bad("directory", found, "make room: a database that cannot write stops");
        } catch (IOException e) {
            return Finding.bad("directory", String.valueOf(e.getMessage()), "name another with --data");
        }
    }

    private String held() {
        return RunningPostgres.isHeld(data) ? ", in use by a program" : ", in use by nobody";
    }

    private static Finding port(NodeConfiguration.Http http) {
        String place = http.host() + ":" + http.port();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(http.host(), http.port()));
            return Finding.good("port", place + " is free");
        } catch (IOException e) {
            return Finding.bad(
                    "port",
                    "%s cannot be had: %s".formatted(place, e.getMessage()),
                    "stop the program that has it, or name another: capo dev --port 0, or HTTP_PORT");
        }
    }

    private void server() throws IOException, InterruptedException {
        Optional<ServerClient> found = option.find(terminal);
        if (found.isEmpty()) {
            findings.add(
                    Finding.note("server", "none is named, and none serves the data directory; capo dev starts one"));
            return;
        }
        try (ServerClient client = found.get()) {
            try {
                Instant theirs = client.clock();
                clock(Duration.between(theirs, Instant.now()).abs());
                client.get("/ready");
                findings.add(Finding.good("server", client.server() + " is ready"));
            } catch (ServerFailure.Unreachable e) {
                findings.add(Finding.bad(
                        "server",
                        String.valueOf(e.getMessage()),
                        "start it, or look at --server and CAPO_SERVER, and at what stands between here and there"));
                return;
            } catch (ServerFailure.Refused e) {
                findings.add(Finding.bad(
                        "server",
                        "%s lives, and is not ready: %s".formatted(client.server(), e.getMessage()),
                        "it serves again by itself when that is mended"));
            }
            token(client);
        }
    }

    private void clock(Duration skew) {
        findings.add(
                skew.compareTo(CLOCK_SKEW_MAX) <= 0
                        ? Finding.good("clock", "agrees with the server's")
                        : Finding.bad(
                                "clock",
                                "differs from the server's by " + skew.toSeconds() + " s",
                                "let both machines keep their clocks by NTP: tokens have a time"));
    }

    private void token(ServerClient client) throws InterruptedException {
        try {
            client.get("/api/v1/executions?limit=1");
            findings.add(Finding.good("token", "the server takes it"));
        } catch (ServerFailure.Refused e) {
            findings.add(Finding.bad(
                    "token",
                    String.valueOf(e.getMessage()),
                    "CAPO_TOKEN holds it; capo token signs one where the server's data directory is"));
        } catch (ServerFailure.Unreachable e) {
            findings.add(Finding.bad("token", String.valueOf(e.getMessage()), "ask again"));
        }
    }
}
