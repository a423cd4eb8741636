/** The speed of export and restore, against PostgreSQL's own COPY and against Hibernate. */
@NullMarked
package dev.tenantsafety.benchmarks.transfer;

import org.jspecify.annotations.NullMarked;
