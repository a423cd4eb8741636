/** The tables of the workflow engine Flowable, and whose their rows are. */
@NullMarked
package dev.tenantsafety.samples.flowable;

import org.jspecify.annotations.NullMarked;
