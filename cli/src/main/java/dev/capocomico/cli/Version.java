package dev.capocomico.cli;

import org.jspecify.annotations.Nullable;

/** The version of this program, which the build writes into the jar. */
final class Version {
    private Version() {}

    static String line() {
        return "capo " + number() + ", Java " + Runtime.version();
    }

    static String number() {
        @Nullable String version = Capo.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
