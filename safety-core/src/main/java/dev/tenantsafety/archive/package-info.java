/**
 * The archive of tenants' rows: one file that ordinary ZIP tools open, of which every bit is covered by a seal, with its
 * writer and its reader. {@link dev.tenantsafety.archive.ArchiveWriter} writes it in one pass with bounded memory;
 * {@link dev.tenantsafety.archive.ArchiveReader} checks all of it before it gives out anything.
 *
 * <p>This room knows bytes, hashes and IDs, and no database: rows come and go as COPY text. It uses the JDK, the room
 * {@code id}, and {@code tools.jackson.core:jackson-core}, an optional dependency that who uses this room has to add. The
 * format is described in {@code docs/archive-format.md}.
 */
@NullMarked
package dev.tenantsafety.archive;

import org.jspecify.annotations.NullMarked;
