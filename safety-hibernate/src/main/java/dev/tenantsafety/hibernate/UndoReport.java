package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.DeletionId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an undo did.
 *
 * @param deletion the deletion that was undone
 * @param restored how many rows came back, by entity
 * @param skipped the rows that stay marked, and why
 */
public record UndoReport(DeletionId deletion, Map<String, Long> restored, List<UndoConflict> skipped) {

    /**
     * A report.
     *
     * @param deletion the deletion
     * @param restored rows by entity
     * @param skipped conflicts
     */
    public UndoReport {
        restored = Collections.unmodifiableMap(new TreeMap<>(restored));
        skipped = List.copyOf(skipped);
    }

    /**
     * All rows that came back.
     *
     * @return how many
     */
    public long total() {
        return restored.values().stream().mapToLong(Long::longValue).sum();
    }
}
