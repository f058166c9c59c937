package dev.capocomico.language;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Prints a definition as the YAML that reads back as the same definition. */
public final class WorkflowPrinter {
    private static final int WIDTH = 120;

    private WorkflowPrinter() {}

    public static String yaml(Definition definition) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndent(2)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(WIDTH)
                .setSplitLines(false)
                .setDereferenceAliases(true)
                .build();
        return new Dump(settings).dumpToString(plain(DefinitionTree.of(definition)));
    }

    private static @Nullable Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>(node.size());
                node.forEach(item -> list.add(plain(item)));
                yield list;
            }
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            // A decimal without a fraction would be printed with a tag.
            case NUMBER ->
                node.isBigDecimal() && node.canConvertToExactIntegral() ? node.bigIntegerValue() : node.numberValue();
            case NULL -> null;
            case BINARY, MISSING, POJO ->
                throw new IllegalStateException("no JSON document holds " + node.getNodeType());
        };
    }
}
