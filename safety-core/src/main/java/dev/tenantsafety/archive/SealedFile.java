package dev.tenantsafety.archive;

import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Text that is signed as archives are, with its seal in a second file beside it: reports, which other programs read too. */
public final class SealedFile {

    private SealedFile() {}

    /**
     * The file with the seal.
     *
     * @param file the text
     * @return a file of the same name with {@code .seal} behind it
     */
    public static Path seal(Path file) {
        return file.resolveSibling(file.getFileName() + ".seal");
    }

    /**
     * Writes a text and its seal.
     *
     * @param file where to; neither it nor its seal may be there yet
     * @param text what, written in UTF-8
     * @param seal who signs
     * @throws java.nio.file.FileAlreadyExistsException if one is there
     * @throws IOException if one cannot be written
     */
    public static void write(Path file, String text, ArchiveSeal seal) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        Files.write(seal(file), seal.seal(Sha256.start().digest(bytes)).bytes(), StandardOpenOption.CREATE_NEW);
    }

    /**
     * Reads a text, if it is what was sealed and the seal is of somebody trusted.
     *
     * @param file the text
     * @param trust whose seals are taken
     * @return the text
     * @throws ArchiveRefusedException if it is not, or the seal is of nobody trusted
     * @throws IOException if one of the files cannot be read
     */
    public static String read(Path file, ArchiveTrust trust) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try (ArchiveFile opened = new ArchiveFile(file)) {
            SealText seal = SealText.parse(Files.readAllBytes(seal(file)));
            if (seal == null) {
                throw opened.refuse(
                        Reason.BROKEN_SEAL,
                        "the seal",
                        "the file " + seal(file) + " is no seal. Take another copy of both.");
            }
            trust.check(seal, opened);
            if (!Sha256.hex(Sha256.start().digest(bytes)).equals(seal.sha256())) {
                throw opened.refuse(
                        Reason.BROKEN_SEAL,
                        "the text",
                        "it is not what was sealed: somebody changed it. Take another copy of both.");
            }
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
