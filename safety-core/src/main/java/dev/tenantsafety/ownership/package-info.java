/**
 * Whose rows are these: every table of a database, and how one knows whose its rows are.
 *
 * <p>The database's own catalog says which tables, columns and keys there are ({@link dev.tenantsafety.ownership.Catalog}); a few
 * rules say what follows from them ({@link dev.tenantsafety.ownership.OwnershipRules}); the two make a model in which every table
 * has an answer ({@link dev.tenantsafety.ownership.OwnershipModel}), or an error that lists the tables that have none. Nothing is
 * guessed.
 *
 * <p>This room uses {@code id}, {@code jdbc} and the JDK. It reads catalogs, and rows only where it is asked to check them; it
 * writes nothing but the lock file.
 */
@NullMarked
package dev.tenantsafety.ownership;

import org.jspecify.annotations.NullMarked;
