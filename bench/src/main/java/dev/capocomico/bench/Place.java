package dev.capocomico.bench;

import java.nio.file.Path;

/** Where the database of a measurement lies. */
public sealed interface Place {
    /** An embedded server in a new directory, which is removed afterwards. */
    record Fresh() implements Place {}

    /** An embedded server in a directory that is kept. */
    record Kept(Path directory) implements Place {}

    /** A server that is there already. The tables are made in it; executions stay in it. */
    record Address(String jdbcUrl, String user, String password) implements Place {}
}
