package dev.capocomico.cluster.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The few elements of DER (ITU-T X.690) that a certificate is made of, each with its tag and length before its content. */
final class Der {
    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;

    private Der() {}

    static byte[] sequence(byte[]... elements) {
        return element(SEQUENCE, elements);
    }

    static byte[] set(byte[]... elements) {
        return element(SET, elements);
    }

    /** {@code [number]}, around whole elements. */
    static byte[] explicit(int number, byte[]... elements) {
        return element(CONTEXT | CONSTRUCTED | number, elements);
    }

    /** {@code [number]}, in place of the tag that the bytes would have had. */
    static byte[] implicit(int number, byte[] content) {
        return element(CONTEXT | number, content);
    }

    static byte[] integer(BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return element(BOOLEAN, new byte[] {(byte) (value ? 0xFF : 0)});
    }

    /** Bits that are whole bytes: none of the last one is unused. */
    static byte[] bitString(byte[] bytes) {
        return element(BIT_STRING, new byte[] {0}, bytes);
    }

    static byte[] octetString(byte[] bytes) {
        return element(OCTET_STRING, bytes);
    }

    static byte[] utf8String(String text) {
        return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param time {@code YYMMDDhhmmssZ}, for the years from 1950 to 2049 */
    static byte[] utcTime(String time) {
        return element(UTC_TIME, time.getBytes(StandardCharsets.US_ASCII));
    }

    /** @param time {@code YYYYMMDDhhmmssZ}, for all other years */
    static byte[] generalizedTime(String time) {
        return element(GENERALIZED_TIME, time.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first two numbers share a byte; each of the others takes as many as it needs, seven bits in each. */
    static byte[] objectIdentifier(int first, int second, int... others) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(40 * first + second);
        for (int number : others) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if (number >>> shift != 0) {
                    bytes.write(0x80 | (number >>> shift & 0x7F));
                }
            }
            bytes.write(number & 0x7F);
        }
        return element(OBJECT_IDENTIFIER, bytes.toByteArray());
    }

    private static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length + 6);
        bytes.write(tag);
        writeLength(bytes, length);
        for (byte[] content : contents) {
            bytes.writeBytes(content);
        }
        return bytes.toByteArray();
    }

    /** Up to 127 in one byte; above, in as many as it needs, after one that says how many those are. */
    private static void writeLength(ByteArrayOutputStream bytes, int length) {
        if (length < 0x80) {
            bytes.write(length);
            return;
        }
        byte[] digits = BigInteger.valueOf(length).toByteArray();
        int leadingZero = digits[0] == 0 ? 1 : 0;
        bytes.write(0x80 | (digits.length - leadingZero));
        bytes.write(digits, leadingZero, digits.length - leadingZero);
    }
}
