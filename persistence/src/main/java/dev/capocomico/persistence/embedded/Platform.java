package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.util.Locale;

/** An operating system and a processor for which PostgreSQL is included. */
enum Platform {
    LINUX_AMD64("linux-x86_64"),
    LINUX_ARM64("linux-arm_64"),
    MACOS_AMD64("darwin-x86_64"),
    MACOS_ARM64("darwin-arm_64");

    private final String archiveSuffix;

    Platform(String archiveSuffix) {
        this.archiveSuffix = archiveSuffix;
    }

    /** The name of the archive on the class path. */
    String archive() {
        return "postgres-" + archiveSuffix + ".txz";
    }

    boolean isMacos() {
        return this == MACOS_AMD64 || this == MACOS_ARM64;
    }

    static Platform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static Platform of(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        boolean amd64 = osArch.equals("amd64") || osArch.equals("x86_64");
        boolean arm64 = osArch.equals("aarch64") || osArch.equals("arm64");
        if (os.startsWith("linux") && (amd64 || arm64)) {
            return amd64 ? LINUX_AMD64 : LINUX_ARM64;
        }
        if (os.startsWith("mac") && (amd64 || arm64)) {
            return amd64 ? MACOS_AMD64 : MACOS_ARM64;
        }
        throw new EmbeddedPostgresException(
                Reason.PLATFORM_NOT_SUPPORTED,
                "No PostgreSQL is included for %s on %s (there is one for Linux and macOS on amd64 and arm64). Install PostgreSQL 15 or newer and name it in DATABASE_URL."
                        .formatted(osName, osArch));
    }
}
