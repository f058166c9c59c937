package dev.capocomico.cli;

/** What the shell learns from a command. */
final class ExitCode {
    static final int FINE = 0;

    /** The execution failed, or the program did. */
    static final int FAILED = 1;

    /** Wrong use, or an invalid document. */
    static final int WRONG_USE = 2;

    /** There is no such execution. */
    static final int NOT_FOUND = 3;

    /** Somebody else has what is needed: the data directory, the id. */
    static final int CONFLICT = 4;

    static final int UNREACHABLE = 5;

    /** As a shell says it of a program that Ctrl-C has ended. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
