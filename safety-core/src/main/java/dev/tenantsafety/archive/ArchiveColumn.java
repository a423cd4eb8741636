package dev.tenantsafety.archive;

import java.util.Objects;

/**
 * A column of an archived table, as the catalog of the database told it. The archive stores these texts and gives them
 * back; it does not interpret them.
 *
 * @param name the name, unquoted, never empty
 * @param type the type with its modifiers, for example {@code character varying(40)}
 * @param generated how the value is computed, for example {@code STORED}; empty for an ordinary column
 * @param identity how the identity is given, for example {@code ALWAYS}; empty for an ordinary column
 */
public record ArchiveColumn(String name, String type, String generated, String identity) {

    /**
     * Checks the parts.
     *
     * @param name the name
     * @param type the type
     * @param generated how the value is computed
     * @param identity how the identity is given
     * @throws IllegalArgumentException if the name is empty
     */
    public ArchiveColumn {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A column has no name. Take it from the catalog of the database.");
        }
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(generated, "generated");
        Objects.requireNonNull(identity, "identity");
    }

    /**
     * An ordinary column, neither generated nor an identity.
     *
     * @param name the name, unquoted
     * @param type the type with its modifiers
     * @return the column
     */
    public static ArchiveColumn of(String name, String type) {
        return new ArchiveColumn(name, type, "", "");
    }
}
