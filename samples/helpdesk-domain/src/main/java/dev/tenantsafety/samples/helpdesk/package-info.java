/** A helpdesk that keeps all its customers in shared tables: what it stores, whose that is, and data from a seed. */
@NullMarked
package dev.tenantsafety.samples.helpdesk;

import org.jspecify.annotations.NullMarked;
