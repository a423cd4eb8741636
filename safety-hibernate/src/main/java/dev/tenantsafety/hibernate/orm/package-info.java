/**
 * How the promises of the room above are kept on Hibernate ORM 7.4. All that touches Hibernate's incubating or internal types is
 * here and nowhere else; {@code HibernateVersionTest} says which version it was written for, and what to look at in the next.
 */
@NullMarked
package dev.tenantsafety.hibernate.orm;

import org.jspecify.annotations.NullMarked;
