/** The code of the guide. */
@NullMarked
package dev.tenantsafety.samples.guide;

import org.jspecify.annotations.NullMarked;
