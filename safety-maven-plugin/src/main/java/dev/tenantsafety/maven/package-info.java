/** The rules of {@code tenant-safety-archunit} as goals of Maven. They run in a JVM of their own, with the class path of the project. */
@NullMarked
package dev.tenantsafety.maven;

import org.jspecify.annotations.NullMarked;
