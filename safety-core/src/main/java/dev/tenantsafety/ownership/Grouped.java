package dev.tenantsafety.ownership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something of a table.
 *
 * @param table the table, as its catalog tells it from others
 * @param item what it has
 */
record Grouped<K, T>(K table, T item) {

    /** What each table has, in the order in which it came. */
    static <K, T> Map<K, List<T>> by(List<Grouped<K, T>> items) {
        Map<K, List<T>> grouped = new HashMap<>();
        items.forEach(item -> grouped.computeIfAbsent(item.table(), table -> new ArrayList<>())
                .add(item.item()));
        return grouped;
    }
}
