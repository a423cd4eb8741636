/**
 * IDs that say what they identify: an app ID and a site ID cannot be taken for each other in source (they are types of
 * their own), in text ({@code app_…} and {@code site_…}) or as a bare UUID (its bits hold a tag of the kind).
 *
 * <p>This is the lowest room of the library. It uses the JDK alone, does no I/O but read the lists it is handed, and
 * knows no framework.
 */
@NullMarked
package dev.tenantsafety.id;

import org.jspecify.annotations.NullMarked;
