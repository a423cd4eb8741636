/**
 * A little JDBC: which database this is, how it writes names, and a query in one call.
 *
 * <p>This room uses the JDK. What is asked of a database stands in the rooms that ask it.
 */
@NullMarked
package dev.tenantsafety.jdbc;

import org.jspecify.annotations.NullMarked;
