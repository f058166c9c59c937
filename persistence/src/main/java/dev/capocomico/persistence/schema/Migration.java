package dev.capocomico.persistence.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of the schema. Once released it never changes; a mistake in it is mended by the next one.
 *
 * @param version counts from 1 without gaps
 */
record Migration(int version, String name, String sql) {
    /** All there are. A list in code, as a class path cannot be listed reliably; a test holds it against the folder. */
    static final List<String> FILES = List.of(
            "V001__journal.sql",
            "V002__executions.sql",
            "V003__events_and_waking.sql",
            "V004__retention.sql",
            "V005__quarantine.sql",
            "V006__audit.sql",
            "V007__horizon.sql",
            "V008__end_listed_at.sql",
            "V009__event_keys.sql",
            "V010__node_lease.sql");

    private static final Pattern FILE_NAME = Pattern.compile("V([0-9]{3})__([a-z0-9_]+)\\.sql");

    static List<Migration> all() {
        return FILES.stream().map(Migration::read).toList();
    }

    private static Migration read(String file) {
        Matcher matcher = FILE_NAME.matcher(file);
        if (!matcher.matches()) {
            throw new IllegalStateException("%s is not named like V001__what_it_does.sql".formatted(file));
        }
        try (InputStream in = Migration.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Migration(Integer.parseInt(matcher.group(1)), matcher.group(2), sql);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    /** Tells a changed file from the one that was applied, whatever line ends a checkout gave it. */
    String checksum() {
        try {
            byte[] bytes = sql.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
