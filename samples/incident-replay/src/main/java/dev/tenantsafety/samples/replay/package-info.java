/**
 * The replay of 5 April 2022, on a database of its own: a script is given site IDs where app IDs were meant. Each defence stops it alone; then
 * it is let happen, and every site comes back.
 */
@NullMarked
package dev.tenantsafety.samples.replay;

import org.jspecify.annotations.NullMarked;
