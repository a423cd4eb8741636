/**
 * Jakarta Validation constraints for the boundaries of a service: {@link dev.tenantsafety.validation.IdText} for texts
 * that must be IDs, {@link dev.tenantsafety.validation.BlastRadius} for how many targets one call may have.
 *
 * <p>Uses the {@code id} room and Jakarta Validation 3.1. The API is optional: without it on the class path these types
 * are not loaded, and the rest of the library works.
 */
@NullMarked
package dev.tenantsafety.validation;

import org.jspecify.annotations.NullMarked;
