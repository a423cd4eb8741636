package dev.tenantsafety.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** One gzip member (RFC 1952) with a fixed header: no time, no name, unknown system. */
final class Gzip {

    /** Who unpacks a chunk works for its plain bytes, so that these are bound to those that are stored. */
    static final long HIGHEST_RATIO = 64;

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int TRAILER = 8;
    private static final int BUFFER = 1 << 16;

    private Gzip() {}

    static byte[] pack(byte[] plain, int length) {
        byte[] packed = pack(plain, length, Deflater.DEFAULT_STRATEGY);
        // Without matches no more than 8 times as many come out: a bit is the least that a byte takes.
        return length > HIGHEST_RATIO * packed.length ? pack(plain, length, Deflater.HUFFMAN_ONLY) : packed;
    }

    private static byte[] pack(byte[] plain, int length, int strategy) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(Math.max(64, length / 4));
        packed.writeBytes(HEADER);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setStrategy(strategy);
            deflater.setInput(plain, 0, length);
            deflater.finish();
            byte[] buffer = new byte[BUFFER];
            while (!deflater.finished()) {
                packed.write(buffer, 0, deflater.deflate(buffer));
            }
        } finally {
            deflater.end();
        }
        CRC32 crc = new CRC32();
        crc.update(plain, 0, length);
        packed.writeBytes(trailer(crc, length));
        return packed.toByteArray();
    }

    private static byte[] trailer(CRC32 crc, long length) {
        return ByteBuffer.allocate(TRAILER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt((int) length)
                .array();
    }

    /**
     * Unpacks to a sink, and stops as soon as there is more than declared.
     *
     * @throws DataFormatException if it is not exactly one member of the declared length in our form
     */
    static void unpack(byte[] packed, long declared, Sink sink) throws DataFormatException {
        int end = packed.length - TRAILER;
        if (end < HEADER.length || !Arrays.equals(packed, 0, HEADER.length, HEADER, 0, HEADER.length)) {
            throw new DataFormatException("does not begin as a chunk does");
        }
        CRC32 crc = new CRC32();
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, HEADER.length, end - HEADER.length);
            byte[] buffer = new byte[BUFFER];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new DataFormatException("ends too early");
                }
                if (inflater.getBytesWritten() > declared) {
                    throw new DataFormatException("unpacks to more than the " + declared + " bytes declared");
                }
                crc.update(buffer, 0, count);
                sink.take(buffer, count);
            }
            if (inflater.getBytesWritten() < declared) {
                throw new DataFormatException("unpacks to less than the " + declared + " bytes declared");
            }
            if (inflater.getRemaining() > 0) {
                throw new DataFormatException("holds bytes behind its end");
            }
        } finally {
            inflater.end();
        }
        if (!Arrays.equals(packed, end, packed.length, trailer(crc, declared), 0, TRAILER)) {
            throw new DataFormatException("has a wrong check sum at its end");
        }
    }

    /** The plain bytes of what {@link #unpack} has accepted. */
    static InputStream stream(byte[] packed) {
        ByteArrayInputStream deflated = new ByteArrayInputStream(packed, HEADER.length, packed.length - HEADER.length);
        return new InflaterInputStream(deflated, new Inflater(true), BUFFER) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }

    /** Takes plain bytes in pieces. */
    interface Sink {
        void take(byte[] bytes, int length);
    }
}
