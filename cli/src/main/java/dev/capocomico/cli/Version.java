package dev.capocomico.cli;

import org.jspecify.annotations.Nullable;

/** The version of this program, which the build writes into the jar. */
final class Version {
    private Version() {}

    static String line() {
        @Nullable String version = Capo.class.getPackage().getImplementationVersion();
        return "capo " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version();
    }
}
