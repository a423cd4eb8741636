package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table, and whose its rows are.
 *
 * @param table as the catalog has it
 * @param status whether they are somebody's
 * @param reason why they are nobody's; null unless they are
 * @param claims for each kind of owner that has rows here, how one knows whose a row is: the first claim that applies to the row
 *     decides
 * @param excludedColumns columns whose values are not transferred with a row, each with the reason
 */
public record OwnedTable(
        Catalog.Table table,
        Status status,
        @Nullable String reason,
        Map<IdKind<?>, List<Claim>> claims,
        Map<String, String> excludedColumns) {

    /** Whether a table's rows are somebody's. */
    public enum Status {
        /** Its rows are the owners themselves. */
        ROOT,
        /** Its rows are somebody's. */
        OWNED,
        /** Its rows are for all. */
        SHARED,
        /** Its rows are nobody's. */
        EXCLUDED
    }

    /**
     * The table's name.
     *
     * @return its name
     */
    public TableName name() {
        return table.name();
    }

    /**
     * How one knows which owner of a kind a row belongs to.
     *
     * @param kind the kind
     * @return the claims in their order; empty if no row here is owned on that level
     */
    public List<Claim> claims(IdKind<?> kind) {
        return claims.getOrDefault(kind, List.of());
    }

    /**
     * Whether rows of this table are owned.
     *
     * @return whether they are, or are owners
     */
    public boolean isOwned() {
        return status == Status.ROOT || status == Status.OWNED;
    }

    /**
     * Whether rows of this table are for all.
     *
     * @return whether all of them are
     */
    public boolean isShared() {
        return status == Status.SHARED;
    }
}
