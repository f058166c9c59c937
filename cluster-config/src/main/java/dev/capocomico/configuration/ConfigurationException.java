package dev.capocomico.configuration;

import java.util.List;

/** A setting cannot be used. The message says which, what it is, and what is allowed; all that are wrong are named at once. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
