package dev.capocomico.model.plan;

import java.security.MessageDigest;

/** Feeds text to a message digest, as UTF-8 and by the block. */
final class Utf8Sink {
    private static final int LONGEST_CODE_POINT = 4;

    private final MessageDigest digest;
    private final byte[] block = new byte[8192];
    private int filled;

    Utf8Sink(MessageDigest digest) {
        this.digest = digest;
    }

    void ascii(char c) {
        reserve();
        block[filled++] = (byte) c;
    }

    /** @param codePoint beyond ASCII, and no surrogate */
    void codePoint(int codePoint) {
        reserve();
        if (codePoint < 0x800) {
            block[filled++] = (byte) (0xc0 | codePoint >> 6);
        } else {
            if (codePoint < 0x10000) {
                block[filled++] = (byte) (0xe0 | codePoint >> 12);
            } else {
                block[filled++] = (byte) (0xf0 | codePoint >> 18);
                block[filled++] = (byte) (0x80 | (codePoint >> 12 & 0x3f));
            }
            block[filled++] = (byte) (0x80 | (codePoint >> 6 & 0x3f));
        }
        block[filled++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    byte[] finish() {
        digest.update(block, 0, filled);
        filled = 0;
        return digest.digest();
    }

    private void reserve() {
        if (filled > block.length - LONGEST_CODE_POINT) {
            digest.update(block, 0, filled);
            filled = 0;
        }
    }
}
