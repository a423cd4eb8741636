/** Speed as ratios to named opponents, measured in the same run. */
@NullMarked
package dev.tenantsafety.benchmarks;

import org.jspecify.annotations.NullMarked;
