/** A helpdesk of several tenants in shared tables, on which the tests work. */
@NullMarked
package dev.tenantsafety.hibernate.world;

import org.jspecify.annotations.NullMarked;
