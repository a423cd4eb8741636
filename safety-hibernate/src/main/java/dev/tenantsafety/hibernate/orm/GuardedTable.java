package dev.tenantsafety.hibernate.orm;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table whose rows native SQL may not remove or change just so.
 *
 * @param entity for the message
 * @param isProtected whether its rows are only ever marked
 * @param keys sets of columns, of which a DELETE must give all of one, or it would reach the rows of all owners
 * @param owners columns that say who owns a row, of which none is to be updated
 * @param kinds columns that say of which entity a row is, of which none is to be updated
 * @param marks columns that say whether a row is marked, of which none is to be updated
 * @param isRecords whether its rows are the records of deletions, of which none is to be inserted
 */
record GuardedTable(
        String entity,
        boolean isProtected,
        Set<Set<String>> keys,
        Set<String> owners,
        Set<String> kinds,
        Set<String> marks,
        boolean isRecords) {

    /** Both, where two mappings have tables of one name. */
    GuardedTable and(GuardedTable other) {
        return new GuardedTable(
                entity,
                isProtected || other.isProtected,
                both(keys, other.keys),
                both(owners, other.owners),
                both(kinds, other.kinds),
                both(marks, other.marks),
                isRecords || other.isRecords);
    }

    private static <T> Set<T> both(Set<T> some, Set<T> others) {
        Set<T> both = new HashSet<>(some);
        both.addAll(others);
        return Set.copyOf(both);
    }

    /** What a DELETE has to say, for the message. */
    String condition() {
        return keys.stream()
                .map(key -> key.stream().sorted().map(column -> column + " = ?").collect(Collectors.joining(" and ")))
                .sorted()
                .collect(Collectors.joining(", or "));
    }
}
