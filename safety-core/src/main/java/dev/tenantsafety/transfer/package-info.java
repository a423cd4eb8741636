/**
 * Rows of one owner, or of many, brought back into a live database that everybody shares: with the same keys, in place, and with
 * nobody else touched.
 *
 * <p>{@link dev.tenantsafety.transfer.Transfer} is the way in. Rows come chunk by chunk; each chunk is one transaction, in which they
 * are staged, looked at, written, looked at again and recorded, so that a run that was killed goes on where it was. Nothing here
 * deletes, and no constraint or trigger is switched off.
 *
 * <p>This room uses {@code id}, {@code jdbc}, {@code ownership}, {@code archive} and the PostgreSQL driver, which is optional.
 */
@NullMarked
package dev.tenantsafety.transfer;

import org.jspecify.annotations.NullMarked;
