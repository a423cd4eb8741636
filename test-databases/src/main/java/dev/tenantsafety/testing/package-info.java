/** What the tests of several modules share. */
@NullMarked
package dev.tenantsafety.testing;

import org.jspecify.annotations.NullMarked;
