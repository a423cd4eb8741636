package dev.tenantsafety.ownership;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One way to know whose a row is. */
public sealed interface Claim {

    /**
     * The columns of the row by which its owner is known.
     *
     * @return their names; of a row that belongs to whoever points at it, those that are pointed at
     */
    List<String> columns();

    /**
     * The row is the unit itself.
     *
     * @param column its key
     */
    record ByKey(String column) implements Claim {
        @Override
        public List<String> columns() {
            return List.of(column);
        }
    }

    /**
     * A column holds the owner.
     *
     * @param column the column
     * @param shared the values, as text, of rows that are for all
     * @param sharedWhereNull whether rows without a value are for all
     */
    record ByColumn(String column, Set<String> shared, boolean sharedWhereNull) implements Claim {
        @Override
        public List<String> columns() {
            return List.of(column);
        }
    }

    /**
     * The row belongs to whom the row that it points at belongs.
     *
     * @param reference the way there
     * @param mayLeadElsewhere whether the same columns may hold the key of a row of another table, with nothing that says which
     */
    record ByReference(Reference reference, boolean mayLeadElsewhere) implements Claim {
        @Override
        public List<String> columns() {
            Reference.TypeValue type = reference.type();
            return type == null
                    ? reference.columns()
                    : Stream.concat(reference.columns().stream(), Stream.of(type.column()))
                            .toList();
        }
    }

    /**
     * The row belongs to whom the rows that point at it belong.
     *
     * @param references the ways from there to here, at least one
     */
    record ByReferrers(List<Reference> references) implements Claim {
        @Override
        public List<String> columns() {
            return references.stream()
                    .flatMap(reference -> reference.targetColumns().stream())
                    .distinct()
                    .toList();
        }
    }
}
