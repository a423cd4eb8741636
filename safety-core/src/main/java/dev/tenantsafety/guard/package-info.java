/**
 * What a SQL text does to rows that must not be removed.
 *
 * <p>This room uses the JDK. It reads text and sends nothing.
 */
@NullMarked
package dev.tenantsafety.guard;

import org.jspecify.annotations.NullMarked;
