package dev.capocomico.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal of which the launcher has said that it is one. Its size is asked for again now and then. */
final class TerminalScreen implements Terminal.Screen {
    private static final long SIZE_AGE_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_MILLIS = 500;
    private static final Pattern ROWS_COLUMNS = Pattern.compile("([1-9]\\d{0,3}) ([1-9]\\d{0,3})");

    private final boolean drawnOn;
    private final boolean answers;
    private Terminal.Size size;
    private long sizeAt;

    private TerminalScreen(boolean drawnOn, boolean answers, Terminal.Size size) {
        this.drawnOn = drawnOn;
        this.answers = answers;
        this.size = size;
        this.sizeAt = System.nanoTime();
    }

    static TerminalScreen of(Properties properties, Map<String, String> environment) {
        Look look = Look.of("stderr", properties, environment);
        boolean terminal = "terminal".equals(properties.getProperty("capo.stderr"));
        boolean person = terminal && "terminal".equals(properties.getProperty("capo.stdin"));
        String rows = properties.getProperty("capo.rows", "");
        int known = rows.matches("[1-9]\\d{0,3}") ? Integer.parseInt(rows) : 24;
        return new TerminalScreen(terminal && look.colour(), person, new Terminal.Size(look.columns(), known));
    }

    @Override
    public boolean isDrawnOn() {
        return drawnOn;
    }

    @Override
    public boolean answers() {
        return answers;
    }

    @Override
    public Terminal.Size size() {
        if (drawnOn && System.nanoTime() - sizeAt > SIZE_AGE_MAX_NANOS) {
            size = ask(size);
            sizeAt = System.nanoTime();
        }
        return size;
    }

    /** Java cannot ask a terminal, so a small program does. */
    private static Terminal.Size ask(Terminal.Size known) {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                stty.destroy();
                return known;
            }
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher matcher = ROWS_COLUMNS.matcher(said.strip());
            return matcher.matches()
                    ? new Terminal.Size(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(1)))
                    : known;
        } catch (IOException e) {
            return known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return known;
        }
    }
}
