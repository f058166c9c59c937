package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Whether two JSON values are the same: numbers by what they are, objects whatever the order of their keys. Their hash is keyed at
 * random (SipHash-1-3), because those who send values also know {@link String#hashCode}, and could send thousands that share it.
 */
final class SameValue {
    private static final long[] KEY = new SecureRandom().longs(2).toArray();

    private SameValue() {}

    static boolean same(JsonNode one, JsonNode other, Run run) {
        run.step();
        if (one.isNumber()) {
            return other.isNumber()
                    && Numbers.isFinite(one)
                    && Numbers.isFinite(other)
                    && Numbers.compare(one, other) == 0;
        }
        if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
            return false;
        }
        return switch (one.getNodeType()) {
            case OBJECT -> sameProperties(one, other, run);
            case ARRAY -> sameItems(one, other, run);
            case STRING -> {
                run.read(Math.min(one.textValue().length(), other.textValue().length()));
                yield one.textValue().equals(other.textValue());
            }
            case BOOLEAN, NULL, NUMBER, MISSING, BINARY, POJO -> one.equals(other);
        };
    }

    private static boolean sameProperties(JsonNode one, JsonNode other, Run run) {
        for (Map.Entry<String, JsonNode> entry : one.properties()) {
            run.read(entry.getKey().length());
            JsonNode there = other.get(entry.getKey());
            if (there == null || !same(entry.getValue(), there, run)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameItems(JsonNode one, JsonNode other, Run run) {
        for (int i = 0; i < one.size(); i++) {
            if (!same(one.get(i), other.get(i), run)) {
                return false;
            }
        }
        return true;
    }

    static long hash(JsonNode value, Run run) {
        run.step();
        Sip sip = new Sip();
        switch (value.getNodeType()) {
            case NUMBER -> number(value, sip);
            case STRING, BINARY -> {
                run.read(value.asText().length());
                sip.add(value.asText());
            }
            case BOOLEAN -> sip.add(value.booleanValue() ? 1 : 2);
            case ARRAY -> {
                sip.add(3);
                value.forEach(item -> sip.add(hash(item, run)));
            }
            case OBJECT -> {
                long sum = 0;
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    run.read(entry.getKey().length());
                    Sip one = new Sip();
                    one.add(entry.getKey());
                    one.add(hash(entry.getValue(), run));
                    // In whatever order they come.
                    sum += one.end();
                }
                sip.add(4);
                sip.add(sum);
            }
            case NULL, MISSING, POJO -> sip.add(5);
        }
        return sip.end();
    }

    private static void number(JsonNode value, Sip sip) {
        if (!Numbers.isFinite(value)) {
            sip.add(6);
            return;
        }
        BigDecimal number = value.decimalValue();
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        sip.add(plain.scale());
        if (plain.unscaledValue().bitLength() < Long.SIZE) {
            sip.add(plain.unscaledValue().longValue());
        } else {
            sip.add(plain.unscaledValue().toString());
        }
    }

    /** SipHash with one round for each word and three at the end. */
    private static final class Sip {
        private long v0 = KEY[0] ^ 0x736f6d6570736575L;
        private long v1 = KEY[1] ^ 0x646f72616e646f6dL;
        private long v2 = KEY[0] ^ 0x6c7967656e657261L;
        private long v3 = KEY[1] ^ 0x7465646279746573L;

        void add(String text) {
            int end = text.length() - text.length() % 4;
            for (int i = 0; i < end; i += 4) {
                add(text.charAt(i)
                        | (long) text.charAt(i + 1) << 16
                        | (long) text.charAt(i + 2) << 32
                        | (long) text.charAt(i + 3) << 48);
            }
            long last = text.length();
            for (int i = end; i < text.length(); i++) {
                last = last << 16 | text.charAt(i);
            }
            add(last);
        }

        void add(long word) {
            v3 ^= word;
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xff;
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
