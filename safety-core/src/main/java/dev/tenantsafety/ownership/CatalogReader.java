package dev.tenantsafety.ownership;

import java.sql.SQLException;
import java.util.List;

/** Asks one kind of database for its tables. */
interface CatalogReader {

    /** The schemas that this user sees. */
    List<String> schemas() throws SQLException;

    /** The tables of one of them, in any order. */
    List<Catalog.Table> tables(String schema) throws SQLException;
}
