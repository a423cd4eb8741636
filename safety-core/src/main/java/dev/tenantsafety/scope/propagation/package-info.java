/** Carries scopes with Micrometer's {@code context-propagation}, where an application has it: Reactor, Spring, virtual threads. */
@NullMarked
package dev.tenantsafety.scope.propagation;

import org.jspecify.annotations.NullMarked;
