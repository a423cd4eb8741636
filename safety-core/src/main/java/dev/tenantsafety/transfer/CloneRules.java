package dev.tenantsafety.transfer;

import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.ownership.TableName;
import java.util.Map;

/**
 * What is new in a copy of an owner's rows.
 *
 * @param of whose rows are copied
 * @param keys how new keys are made, where that is said
 * @param rewrites what other columns hold in the copy
 */
record CloneRules(TypedId<?> of, Map<At, String> keys, Map<At, String> rewrites) {

    /** A column. */
    record At(TableName table, String column) {

        @Override
        public String toString() {
            return table + "." + column;
        }
    }
}
