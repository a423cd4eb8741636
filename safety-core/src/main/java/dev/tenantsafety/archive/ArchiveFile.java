package dev.tenantsafety.archive;

import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of an archive, read at any place by any thread. */
final class ArchiveFile implements Closeable {

    static final int SLICE = 1 << 18;

    private final Path path;
    private final FileChannel channel;
    private final long size;

    ArchiveFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.size = channel.size();
    }

    long size() {
        return size;
    }

    /** Exactly so many bytes; the caller has checked the length against a limit. */
    byte[] read(long position, int length) throws IOException {
        if (position > size - length) {
            throw cutOff();
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.position() < length) {
            // In slices, for the channel keeps a buffer outside the heap as large as the largest.
            bytes.limit(Math.min(length, bytes.position() + SLICE));
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw cutOff();
            }
        }
        return bytes.array();
    }

    private ArchiveRefusedException cutOff() {
        return refuse(
                Reason.CUT_OFF,
                "the end",
                "the file ends where more should follow. Copy it again from where it was written.");
    }

    ArchiveRefusedException refuse(Reason reason, String part, String problem) {
        return new ArchiveRefusedException(reason, path, part, problem);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
