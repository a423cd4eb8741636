/**
 * Whose data a piece of work may touch, and how that travels to other threads.
 *
 * <p>A scope is opened around work and closed when the work ends; nested scopes narrow and never widen. Without one, data
 * that somebody owns is out of reach. Reaching across tenants is a verb of its own, {@link dev.tenantsafety.scope.CrossTenant}.
 *
 * <p>This room uses {@code id} and the JDK. What is open on a thread is its one piece of changing state.
 */
@NullMarked
package dev.tenantsafety.scope;

import org.jspecify.annotations.NullMarked;
