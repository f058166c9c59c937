package dev.capocomico.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/** The settings of a node's actor system. */
public final class NodeSettings {
    private static final String RESOURCE = "dev/capocomico/cluster/node.conf";

    private NodeSettings() {}

    /**
     * All settings, those of the JVM's system properties first.
     *
     * @param journal how steps are written
     */
    public static Config of(Config journal) {
        ClassLoader loader = NodeSettings.class.getClassLoader();
        return ConfigFactory.defaultOverrides()
                .withFallback(journal)
                .withFallback(ConfigFactory.parseResources(loader, RESOURCE))
                .withFallback(ConfigFactory.defaultReference(loader))
                .resolve();
    }
}
