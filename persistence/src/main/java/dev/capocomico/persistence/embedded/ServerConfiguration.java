package dev.capocomico.persistence.embedded;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of the server: those of a careful administrator, for a small machine that does other things too. */
final class ServerConfiguration {
    static final String FILE_NAME = "capo.conf";

    /** {@code pg_hba.conf}. No line, no connection. */
    static final String CLIENTS = """
            # Written by Capocomico at every start; changes here are lost.
            # TYPE  DATABASE  USER  ADDRESS       METHOD
            host    all       all   127.0.0.1/32  scram-sha-256
            """;

    private static final Pattern PORT = Pattern.compile("(?m)^port = ([0-9]{1,5})$");

    private ServerConfiguration() {}

    static String render(Durability durability, int port, Platform platform) {
        return """
                # Written by Capocomico at every start; changes here are lost.
                port = %d
                # Nobody but this machine, and no socket file, whose path could be too long.
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                max_connections = 50
                superuser_reserved_connections = 3
                cluster_name = 'capocomico'

                # What a commit means.
                """.formatted(port) + durability(durability, platform) + """

                # Small appends and little reading; the journal is read back from the system's cache.
                shared_buffers = 128MB
                work_mem = 8MB
                maintenance_work_mem = 64MB
                jit = off
                max_parallel_workers_per_gather = 0
                max_worker_processes = 4
                autovacuum_max_workers = 2
                autovacuum_naptime = 30s

                # Nobody replicates this server, so its log need only be enough to recover. Rare checkpoints write fewer
                # full pages; a gigabyte of log is read back in seconds.
                wal_level = minimal
                max_wal_senders = 0
                wal_buffers = 16MB
                min_wal_size = 128MB
                max_wal_size = 1GB
                checkpoint_timeout = 15min
                checkpoint_completion_target = 0.9

                # A forgotten transaction must not hold back those who read the journal.
                idle_in_transaction_session_timeout = 60s
                client_connection_check_interval = 10s

                # One file per weekday, written anew when its day comes again.
                logging_collector = on
                log_directory = '../log'
                log_filename = 'postgresql-%a.log'
                log_rotation_age = 1d
                log_rotation_size = 0
                log_truncate_on_rotation = on
                log_line_prefix = '%m [%p] '
                log_timezone = 'UTC'
                timezone = 'UTC'
                """;
    }

    private static String durability(Durability durability, Platform platform) {
        return switch (durability) {
            case DURABLE ->
                """
                    fsync = on
                    synchronous_commit = on
                    full_page_writes = on
                    """
                        // Elsewhere the default reaches the disk; on macOS it stops at the disk's own cache.
                        + (platform.isMacos() ? "wal_sync_method = fsync_writethrough\n" : "");
            case FAST_FOR_TESTS -> """
                    fsync = off
                    synchronous_commit = off
                    full_page_writes = off
                    """;
        };
    }

    /** The port that a rendered configuration names, or 0. */
    static int portIn(String configuration) {
        Matcher matcher = PORT.matcher(configuration);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
