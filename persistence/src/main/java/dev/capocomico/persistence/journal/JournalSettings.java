package dev.capocomico.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;

/**
 * The settings with which Pekko writes steps into a database that has the {@linkplain dev.capocomico.persistence.schema.Schema
 * schema}.
 */
public final class JournalSettings {
    private static final String RESOURCE = "dev/capocomico/persistence/journal/journal.conf";
    private static final String DATABASE = "pekko-persistence-jdbc.shared-databases.slick.db.";

    private JournalSettings() {}

    public static Config of(String jdbcUrl, String user, String password) {
        return ConfigFactory.parseMap(
                        Map.of(DATABASE + "url", jdbcUrl, DATABASE + "user", user, DATABASE + "password", password),
                        "the database's address")
                .withFallback(ConfigFactory.parseResources(JournalSettings.class.getClassLoader(), RESOURCE));
    }
}
