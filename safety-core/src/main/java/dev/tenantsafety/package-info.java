/** The parent of all exceptions of this library. Uses no other room. */
@NullMarked
package dev.tenantsafety;

import org.jspecify.annotations.NullMarked;
