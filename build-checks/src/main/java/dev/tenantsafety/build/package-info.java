/** What the build says of itself. */
@NullMarked
package dev.tenantsafety.build;

import org.jspecify.annotations.NullMarked;
