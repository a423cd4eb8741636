/** The cost of safety in Hibernate, against Hibernate's own {@code @TenantId} and {@code @SoftDelete}. */
@NullMarked
package dev.tenantsafety.benchmarks.hibernate;

import org.jspecify.annotations.NullMarked;
