package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The example of docs/archive-format.md is one. */
class ArchiveFormatTest {

    @Test
    void theExampleIsWhatTheLibraryWrites() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "archive-format.md"));
        byte[] sample = SampleArchive.bytes(SampleArchive.options(ArchiveSeal.unsigned()));
        Forgery example = Forgery.of(sample).small();
        byte[] archive = example.sealed(ArchiveSeal.hmac("drill", SampleArchive.SECRET));
        String seal = new String(archive, archive.length - SealText.BYTES, SealText.BYTES, StandardCharsets.US_ASCII);
        assertThat(page)
                .contains("```json\n" + String.join("\n", example.lines) + "\n```")
                .contains("```text\n"
                        + HexFormat.of().formatHex(example.parts.get(0).bytes()) + "\n```")
                .contains("```text\n" + seal.strip() + "\n```")
                .contains(Sha256.of(Forgery.utf8(example.lines.get(0))));
    }
}
