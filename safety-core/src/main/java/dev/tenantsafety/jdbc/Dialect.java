package dev.tenantsafety.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** The databases that this library knows, and what of their SQL differs. */
public enum Dialect {
    /** PostgreSQL, 14 and later. */
    POSTGRESQL("PostgreSQL"),
    /** H2, 2.x. */
    H2("H2");

    private final String product;

    Dialect(String product) {
        this.product = product;
    }

    /**
     * Which database this is.
     *
     * @param connection to it
     * @return its dialect
     * @throws UnsupportedDatabaseException if we do not know it
     * @throws SQLException if it does not say
     */
    public static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        for (Dialect dialect : values()) {
            if (dialect.product.equals(product)) {
                return dialect;
            }
        }
        throw new UnsupportedDatabaseException(product);
    }

    /**
     * A name as it is written in SQL: in double quotes, which the SQL standard has and both databases take.
     *
     * @param name of a table, a column or the like, as the catalog has it
     * @return the same, quoted
     * @throws IllegalArgumentException if it holds the character of code zero, which no name can
     */
    public String quote(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "A name cannot hold the character of code zero: " + name.replace('\0', '?'));
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * A text as it is written in SQL, for statements that take no parameters. In PostgreSQL a backslash is one whatever
     * {@code standard_conforming_strings} says.
     *
     * @param text the text
     * @return the same as a literal
     * @throws IllegalArgumentException if it holds the character of code zero, which no text of these databases can
     */
    public String literal(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "A text in SQL cannot hold the character of code zero: " + text.replace('\0', '?'));
        }
        String quoted = "'" + text.replace("'", "''") + "'";
        return this == POSTGRESQL && text.indexOf('\\') >= 0 ? " E" + quoted.replace("\\", "\\\\") : quoted;
    }

    /** The product's name. */
    @Override
    public String toString() {
        return product;
    }
}
