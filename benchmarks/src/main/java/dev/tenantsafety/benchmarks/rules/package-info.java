/** What the rules for ArchUnit cost. */
@NullMarked
package dev.tenantsafety.benchmarks.rules;

import org.jspecify.annotations.NullMarked;
