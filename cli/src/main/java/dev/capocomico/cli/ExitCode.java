package dev.capocomico.cli;

/** What the shell learns from a command. */
final class ExitCode {
    static final int FINE = 0;

    /** The execution failed, or the program did. */
    static final int FAILED = 1;

    /** Wrong use, or an invalid document. */
    static final int WRONG_USE = 2;

    private ExitCode() {}
}
