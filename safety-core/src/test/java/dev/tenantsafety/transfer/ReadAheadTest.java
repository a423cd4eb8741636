package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadAheadTest {

    private final List<Integer> taken = new ArrayList<>();

    private static Copy.Chunk chunk(int number) {
        return new Copy.Chunk(number, 1, new byte[0]);
    }

    private static ReadAhead.Reading of(int... numbers) {
        return sink -> {
            for (int number : numbers) {
                sink.take(chunk(number));
            }
        };
    }

    private void take(ReadAhead ahead) throws SQLException {
        for (Copy.Chunk chunk = ahead.chunk(); chunk != null; chunk = ahead.chunk()) {
            taken.add(chunk.number());
        }
    }

    @Test
    void eachReadingIsHandedOnInOrder() throws SQLException {
        try (ReadAhead ahead = ReadAhead.of(List.of(of(1, 2, 3, 4, 5), of(), of(6)))) {
            take(ahead);
            assertThat(taken).containsExactly(1, 2, 3, 4, 5);
            take(ahead);
            assertThat(taken).hasSize(5);
            take(ahead);
            assertThat(taken).endsWith(6);
        }
    }

    @Test
    void whatFailedInItsThreadIsThrownWhereItsRowsAreTaken() throws SQLException {
        SQLException failure = new SQLException("gone");
        ReadAhead.Reading failing = sink -> {
            sink.take(chunk(1));
            throw failure;
        };
        try (ReadAhead ahead = ReadAhead.of(List.of(of(0), failing, of(2)))) {
            take(ahead);
            assertThatThrownBy(() -> take(ahead)).isSameAs(failure);
            assertThatThrownBy(ahead::chunk).as("whoever asks next").isSameAs(failure);
        }
        assertThat(taken).containsExactly(0, 1);
    }

    @Test
    void itDoesNotReadFarAheadAndEndsWhenNobodyTakesMore() throws SQLException {
        AtomicInteger read = new AtomicInteger();
        AtomicBoolean isFree = new AtomicBoolean();
        ReadAhead.Reading endless = sink -> {
            try {
                while (true) {
                    sink.take(chunk(read.incrementAndGet()));
                }
            } finally {
                isFree.set(true);
            }
        };
        ReadAhead ahead = ReadAhead.of(List.of(endless));
        assertThat(ahead.chunk()).isNotNull();
        assertThat(read.get()).isLessThanOrEqualTo(4); // taken, waiting, and one in hand
        ahead.close();
        assertThat(isFree).isTrue();
        assertThat(read.get()).isLessThanOrEqualTo(7);
    }
}
