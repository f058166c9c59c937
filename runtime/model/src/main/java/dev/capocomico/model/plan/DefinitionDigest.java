package dev.capocomico.model.plan;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The identity of a definition: SHA-256 over the canonical JSON of its tree. Decided in ADR 3. */
final class DefinitionDigest {
    private DefinitionDigest() {}

    static String of(Definition definition) {
        Utf8Sink sink = new Utf8Sink(sha256());
        new CanonicalJson(sink).write(DefinitionTree.of(definition));
        return HexFormat.of().formatHex(sink.finish());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
