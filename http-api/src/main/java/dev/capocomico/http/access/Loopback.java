package dev.capocomico.http.access;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which names of hosts mean this machine, whatever a name server says: only those that no name server is asked for. */
public final class Loopback {
    private static final Pattern NAME = Pattern.compile(
            "localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[?(?:::1|0:0:0:0:0:0:0:1|::ffff:127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})\\]?");

    private Loopback() {}

    /** A host of a URL or of the header {@code Host}, without its port; of IPv6 with or without brackets. */
    public static boolean isName(String host) {
        return NAME.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
