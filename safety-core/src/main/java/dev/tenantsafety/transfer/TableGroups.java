package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tables in an order in which rows can be written: what is pointed at before what points. Tables that point at each other in a circle
 * are one group, whose rows are written by one statement; for PostgreSQL checks foreign keys at its end.
 *
 * <p>Tarjan's strongly connected components (SIAM Journal on Computing 1, 1972), which come out in that very order.
 */
final class TableGroups {

    private final OwnershipModel model;
    private final Map<TableName, OwnedTable> tables = new HashMap<>();
    private final Map<TableName, Integer> numbers = new HashMap<>();
    private final Deque<TableName> open = new ArrayDeque<>();
    private final Set<TableName> isOpen = new HashSet<>();
    private final List<Group> groups = new ArrayList<>();

    /**
     * Tables that are written together.
     *
     * @param tables at least one
     * @param circular whether they point at each other, or one at itself
     */
    record Group(List<OwnedTable> tables, boolean circular) {}

    private TableGroups(OwnershipModel model) {
        this.model = model;
    }

    static List<Group> of(OwnershipModel model, IdKind<?> kind) {
        TableGroups made = new TableGroups(model);
        List<OwnedTable> all = model.tables(kind);
        all.forEach(table -> made.tables.put(table.name(), table));
        all.forEach(table -> {
            if (!made.numbers.containsKey(table.name())) {
                made.visit(table.name());
            }
        });
        return List.copyOf(made.groups);
    }

    private int visit(TableName table) {
        int number = numbers.size();
        numbers.put(table, number);
        int low = number;
        open.push(table);
        isOpen.add(table);
        for (Reference reference : model.references(table)) {
            TableName target = reference.target();
            if (!tables.containsKey(target)) {
                continue; // of those that are not written
            }
            Integer seen = numbers.get(target);
            if (seen == null) {
                low = Math.min(low, visit(target));
            } else if (isOpen.contains(target)) {
                low = Math.min(low, seen);
            }
        }
        if (low == number) {
            close(table);
        }
        return low;
    }

    private void close(TableName first) {
        List<OwnedTable> group = new ArrayList<>();
        TableName next;
        do {
            next = open.pop();
            isOpen.remove(next);
            OwnedTable table = tables.get(next);
            if (table != null) {
                group.add(table);
            }
        } while (!next.equals(first));
        boolean toItself = model.references(first).stream()
                .anyMatch(reference -> reference.target().equals(first));
        groups.add(new Group(List.copyOf(group), group.size() > 1 || toItself));
    }
}
