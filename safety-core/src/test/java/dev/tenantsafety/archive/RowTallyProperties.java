package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Rows are counted and summed up the same way however they come. */
class RowTallyProperties {

    /** What PostgreSQL writes for a row (docs/archive-format.md, "A chunk"). */
    private static final Pattern ROW = Pattern.compile(
            "FIELD(\\tFIELD)*".replace("FIELD", "(\\\\N|([^\\\\\\t\\x08\\x0b\\x0c\\r]|\\\\[\\\\bfnrtv])*)"));

    @Provide
    Arbitrary<List<String>> rows() {
        return Arbitraries.strings()
                .withChars("ab\\\\\\nN.\t\r\0ä😀")
                .ofMaxLength(6)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    private static boolean areCopyText(List<String> rows) {
        return rows.stream().allMatch(row -> ROW.matcher(row).matches())
                && rows.stream()
                                .map(row ->
                                        row.chars().filter(one -> one == '\t').count())
                                .distinct()
                                .count()
                        == 1;
    }

    private static byte[] text(List<String> rows) {
        return (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static RowTally tally(byte[] text) {
        RowTally tally = new RowTally();
        tally.take(text, text.length);
        return tally;
    }

    /** The definition of docs/archive-format.md, with the JDK's numbers. */
    @Property(tries = 300)
    void theSumIsThatOfTheDefinition(@ForAll("rows") List<String> rows) throws Exception {
        BigInteger sum = BigInteger.ZERO;
        for (String row : rows) {
            byte[] hash =
                    java.security.MessageDigest.getInstance("SHA-256").digest(row.getBytes(StandardCharsets.UTF_8));
            sum = sum.add(new BigInteger(1, Arrays.copyOf(hash, 16)));
        }
        RowTally tally = tally(text(rows));
        assertThat(tally.sum().hex())
                .isEqualTo(String.format(Locale.ROOT, "%032x", sum.mod(BigInteger.ONE.shiftLeft(128))));
        assertThat(tally.rows()).isEqualTo(rows.size());
        assertThat(tally.problem().isEmpty()).as(tally.problem()).isEqualTo(areCopyText(rows));
        assertThat(tally.sha256()).isEqualTo(Sha256.of(text(rows)));
    }

    /** RFC 3629 as the JDK reads it. */
    @Property(tries = 3000)
    void bytesThatAreNoUtf8AreFound(@ForAll @Size(max = 5) byte[] value) {
        byte[] text = Arrays.copyOf(value, value.length + 1);
        for (int i = 0; i < value.length; i++) {
            text[i] = (value[i] >= 0 && value[i] < ' ') || value[i] == '\\' ? (byte) 'x' : value[i];
        }
        text[value.length] = '\n';
        boolean isUtf8 = Arrays.equals(new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), text);
        assertThat(tally(text).problem()).isEqualTo(isUtf8 ? "" : "its row 1 has bytes that are no UTF-8");
    }

    @Property(tries = 300)
    void orderAndPiecesDoNotMatter(@ForAll("rows") List<String> rows, @ForAll long seed) {
        Random random = new Random(seed);
        List<String> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        byte[] text = text(shuffled);
        RowTally pieces = new RowTally();
        for (int at = 0; at < text.length; ) {
            int length = Math.min(text.length - at, 1 + random.nextInt(3));
            pieces.take(Arrays.copyOfRange(text, at, at + length), length);
            at += length;
        }
        assertThat(pieces.sum()).isEqualTo(tally(text(rows)).sum());
        assertThat(pieces.problem()).isEqualTo(tally(text).problem());
        assertThat(pieces.sha256()).isEqualTo(tally(text).sha256());
    }
}
