package dev.capocomico.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers why nothing could be written any more, which the {@link java.io.PrintStream} above it forgets. */
final class Outlet extends FilterOutputStream {
    private @Nullable IOException failure;

    Outlet(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Empty too when the reader of a pipe went away, as in {@code capo schema | head}: it has all it wanted. */
    Optional<String> whyItFailed() {
        IOException seen = failure;
        if (seen == null) {
            return Optional.empty();
        }
        String message = String.valueOf(seen.getMessage());
        return message.contains("Broken pipe") ? Optional.empty() : Optional.of(message);
    }
}
