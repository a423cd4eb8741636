/**
 * Rules for ArchUnit: {@link dev.tenantsafety.archunit.TenantSafetyRules#all()} in one test, and code that removes rows for good, or an
 * API that takes an ID whose kind nobody can tell, does not build.
 *
 * <p>Rules are constants, grouped by what they are about, with the code that breaks them. Their texts are stable, for they are the keys
 * of ArchUnit's frozen stores. Nothing here sets ArchUnit's global configuration, and no test engine is needed.
 */
@NullMarked
package dev.tenantsafety.archunit;

import org.jspecify.annotations.NullMarked;
