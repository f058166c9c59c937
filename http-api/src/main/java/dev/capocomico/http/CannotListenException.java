package dev.capocomico.http;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** The address at which HTTP was to be served cannot be had, mostly because another program has the port. */
public final class CannotListenException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    CannotListenException(String host, int port, @Nullable Throwable cause) {
        super("cannot listen on %s:%d: %s".formatted(host, port, why(cause)), cause);
    }

    /** The library wraps the system's word in its own. */
    private static String why(@Nullable Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof BindException) {
                return String.valueOf(one.getMessage()).replaceFirst("^\\[.*?] ", "");
            }
        }
        return cause == null ? "the system does not say why" : String.valueOf(cause.getMessage());
    }
}
