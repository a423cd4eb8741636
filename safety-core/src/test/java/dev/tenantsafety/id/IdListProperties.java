package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Lists written by a writer that knows the rules are read back whole; one wrong entry, wherever it is, refuses all. */
class IdListProperties {

    private static final IdListReader<AppId> APPS = IdList.of(AppId.KIND);

    @Property
    void whateverStandsBetweenTheLinesAllIdsAreReadInTheirOrder(
            @ForAll @IntRange(min = 1, max = 40) int count,
            @ForAll("noise") @Size(41) List<String> noise,
            @ForAll("lineEnds") String lineEnd,
            @ForAll @IntRange(min = 1, max = 7) int atATime)
            throws IOException {
        List<AppId> ids = ids(count);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(noise.get(i).replace("\n", lineEnd)).append(ids.get(i)).append(lineEnd);
        }
        assertThat(APPS.read(inPieces(text.toString(), atATime))).isEqualTo(ids);
    }

    @Property
    void whateverStandsInTheOtherColumnsAllIdsAreReadInTheirOrder(
            @ForAll("records") @Size(min = 1, max = 20) List<List<String>> records,
            @ForAll("lineEnds") String lineEnd,
            @ForAll @IntRange(min = 1, max = 7) int atATime)
            throws IOException {
        List<AppId> ids = ids(records.size());
        StringBuilder text = new StringBuilder("one,\"the \"\"app\"\"\",two").append(lineEnd);
        for (int i = 0; i < records.size(); i++) {
            List<String> record = records.get(i);
            text.append(quoted(record.get(0)))
                    .append(',')
                    .append(ids.get(i))
                    .append(',')
                    .append(quoted(record.get(1)))
                    .append(lineEnd);
        }
        assertThat(APPS.column("the \"app\"").read(inPieces(text.toString(), atATime)))
                .isEqualTo(ids);
    }

    @Property
    void oneWrongEntryRefusesTheListAndIsNamedWithItsLine(
            @ForAll @IntRange(min = 1, max = 60) int count, @ForAll @IntRange(max = 59) int at) {
        List<String> lines = ids(count).stream().map(AppId::toString).collect(Collectors.toCollection(ArrayList::new));
        int place = at % count;
        SiteId wrong = SiteId.create();
        lines.set(place, wrong.toString());
        assertThatThrownBy(() -> APPS.read(new StringReader(String.join("\n", lines))))
                .isInstanceOf(IllegalIdListException.class)
                .hasMessageContaining(
                        "line " + (place + 1) + ": Expected an app ID (app_…) but got a site ID: " + wrong)
                .hasMessageContaining("Expected " + count + " app ID");
    }

    @Property
    void theIndexKeepsWhatASetKeeps(@ForAll List<@IntRange(max = 200) Integer> numbers) {
        LineIndex<Integer> index = new LineIndex<>();
        Set<Integer> seen = new HashSet<>();
        List<Integer> distinct = new ArrayList<>();
        for (int line = 1; line <= numbers.size(); line++) {
            int number = numbers.get(line - 1);
            boolean isNew = seen.add(number);
            assertThat(index.add(number, line)).isEqualTo(isNew ? LineIndex.NEW : numbers.indexOf(number) + 1);
            if (isNew) {
                distinct.add(number);
            }
        }
        assertThat(index.ids()).isEqualTo(distinct);
        assertThat(index.size()).isEqualTo(distinct.size());
    }

    private static List<AppId> ids(int count) {
        List<AppId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(AppId.create());
        }
        return ids;
    }

    private static String quoted(String field) {
        return '"' + field.replace("\"", "\"\"") + '"';
    }

    private static Reader inPieces(String text, int atATime) {
        return new StringReader(text) {
            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                return super.read(buffer, offset, Math.min(atATime, length));
            }
        };
    }

    @Provide
    Arbitrary<List<String>> noise() {
        return Arbitraries.of("", "\n", "  \t\n", "# a comment, with \"quotes\"\n", "#\n\n# two\n")
                .list()
                .ofSize(41);
    }

    @Provide
    Arbitrary<String> lineEnds() {
        return Arbitraries.of("\n", "\r\n", "\r");
    }

    @Provide
    Arbitrary<List<List<String>>> records() {
        Arbitrary<String> field =
                Arbitraries.strings().withChars("ab,;\"\n\r# \t").ofMaxLength(12);
        return Combinators.combine(field, field)
                .as(List::of)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }
}
