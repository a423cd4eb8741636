/** The helpdesk of the guide to Hibernate. */
@NullMarked
package dev.tenantsafety.samples.guide.helpdesk;

import org.jspecify.annotations.NullMarked;
