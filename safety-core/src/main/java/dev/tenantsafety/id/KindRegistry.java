package dev.tenantsafety.id;

import dev.tenantsafety.id.IdKind.Backing;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kinds in use, by prefix and tag. Keeps no two that are easily taken for each other, and keeps none alive: kinds
 * are held by weak reference, so that a class loader can be let go.
 *
 * <p>Ours are listed before they are in use, so that a conflict with them does not depend on what was used first.
 *
 * <p>Safe for use by many threads; look-ups take no lock.
 */
final class KindRegistry {

    private static final List<Entry> OURS = List.of(
            ours("tenant", "TenantId"), ours("site", "SiteId"), ours("app", "AppId"), ours("deletion", "DeletionId"));

    private volatile Known known = Known.of(List.of());

    /** Makes a kind known. Has no effect if it is already. */
    synchronized void register(IdKind<?> kind) {
        Entry candidate = Entry.of(kind);
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : known.used()) {
            if (entry.kind() == kind) {
                return;
            }
            entries.add(entry);
        }
        for (Entry other : Known.of(entries).all()) {
            refuseConflict(candidate, other);
        }
        entries.add(candidate);
        known = Known.of(entries);
    }

    private void refuseConflict(Entry candidate, Entry other) {
        if (candidate.prefix().equals(other.prefix())) {
            refuseOtherKindOfSamePrefix(candidate, other);
            return;
        }
        String confusion = Prefixes.confusion(candidate.prefix(), other.prefix());
        if (confusion != null) {
            throw new IllegalIdKindException(
                    "The prefixes " + candidate.prefix() + " of " + candidate.className() + " and "
                            + other.prefix() + " of " + other.className() + " " + confusion
                            + ", so one is easily taken for the other. Choose another prefix for "
                            + candidate.name().type() + ".");
        }
        if (candidate.tag() != Tags.NONE && candidate.tag() == other.tag()) {
            throw new IllegalIdKindException("The prefixes " + candidate.prefix() + " of " + candidate.className()
                    + " and "
                    + other.prefix() + " of " + other.className()
                    + String.format(Locale.ROOT, " share the tag 0x%03x", other.tag())
                    + ", so their bare UUIDs could not be told apart. Give "
                    + candidate.name().type()
                    + String.format(
                            Locale.ROOT, " a tag of its own: IdKind.of(…).tagged(0x%03x).", freeTag(other.tag())));
        }
    }

    /** The same class again, from another class loader, is no conflict; nor is a class that stands in for ours. */
    private static void refuseOtherKindOfSamePrefix(Entry candidate, Entry other) {
        if (other.isUnusedOfOurs()) {
            return;
        }
        if (!candidate.className().equals(other.className())) {
            throw new IllegalIdKindException("The prefix " + candidate.prefix() + " of " + candidate.className()
                    + " is taken by " + other.className() + ". "
                    + (isOurs(other)
                            ? "To have yours stand in for ours, register it before the first use of ours."
                            : "Choose another prefix for " + candidate.className()
                                    + ", or use the other class instead."));
        }
        if (candidate.tag() != other.tag() || candidate.backing() != other.backing()) {
            throw new IllegalIdKindException(candidate.className()
                    + " exists in two class loaders with different tags or values: " + candidate.tagText() + " and "
                    + other.tagText() + ". Deploy the same version of it in both.");
        }
    }

    private int freeTag(int taken) {
        int tag = taken;
        do {
            tag = (tag + 1) & Tags.MAX;
        } while (known.byTag().containsKey(tag));
        return tag;
    }

    /** The kind of this prefix, in use or ours, or null. */
    @Nullable
    Entry withPrefix(String prefix) {
        return alive(known.byPrefix().get(prefix));
    }

    /** The kind of this tag, in use or ours, or null. */
    @Nullable
    Entry withTag(int tag) {
        return alive(known.byTag().get(tag));
    }

    /** The kind in use that is backed by a text, and with whose prefix this text begins, or null. */
    @Nullable
    Entry ofText(String text) {
        return known.used().stream()
                .filter(entry -> entry.backing() == Backing.TEXT && text.startsWith(entry.prefix() + "_"))
                .max(Comparator.comparing(entry -> entry.prefix().length()))
                .orElse(null);
    }

    private static @Nullable Entry alive(@Nullable Entry entry) {
        return entry != null && entry.isAlive() ? entry : null;
    }

    /** The kinds in use, in the order in which they came. */
    List<IdKind<?>> inUse() {
        List<IdKind<?>> kinds = new ArrayList<>();
        for (Entry entry : known.used()) {
            IdKind<?> kind = entry.kind();
            if (kind != null) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private static boolean isOurs(Entry entry) {
        return OURS.stream().anyMatch(ours -> ours.className().equals(entry.className()));
    }

    private static Entry ours(String prefix, String type) {
        return new Entry(
                new KindName(prefix, type),
                KindRegistry.class.getPackageName() + "." + type,
                Tags.of(prefix),
                Backing.UUID,
                null);
    }

    /**
     * A known kind.
     *
     * @param reference null for ours as long as they are not in use
     */
    record Entry(
            KindName name,
            String className,
            int tag,
            Backing backing,
            @Nullable WeakReference<IdKind<?>> reference) {

        static Entry of(IdKind<?> kind) {
            return new Entry(
                    kind.name(),
                    kind.type().getName(),
                    kind.tag().orElse(Tags.NONE),
                    kind.backing(),
                    new WeakReference<>(kind));
        }

        String prefix() {
            return name.prefix();
        }

        @Nullable
        IdKind<?> kind() {
            return reference == null ? null : reference.get();
        }

        /** The same, beginning the use of ours. */
        @Nullable
        IdKind<?> kindOrOurs() {
            if (!isUnusedOfOurs()) {
                return kind();
            }
            return switch (name.type()) {
                case "TenantId" -> TenantId.KIND;
                case "SiteId" -> SiteId.KIND;
                case "AppId" -> AppId.KIND;
                default -> DeletionId.KIND;
            };
        }

        boolean isUnusedOfOurs() {
            return reference == null;
        }

        boolean isAlive() {
            return reference == null || reference.get() != null;
        }

        String tagText() {
            return tag == Tags.NONE ? "none" : String.format(Locale.ROOT, "0x%03x", tag);
        }
    }

    /** An unchangeable state of the registry. */
    private record Known(List<Entry> used, List<Entry> all, Map<String, Entry> byPrefix, Map<Integer, Entry> byTag) {

        static Known of(List<Entry> entries) {
            List<Entry> used = entries.stream().filter(Entry::isAlive).toList();
            Map<String, Entry> byPrefix = new HashMap<>();
            OURS.forEach(entry -> byPrefix.put(entry.prefix(), entry));
            used.forEach(entry -> byPrefix.put(entry.prefix(), entry));
            List<Entry> all = Stream.concat(
                            used.stream(), byPrefix.values().stream().filter(Entry::isUnusedOfOurs))
                    .toList();
            Map<Integer, Entry> byTag = new HashMap<>();
            all.stream().filter(entry -> entry.tag() != Tags.NONE).forEach(entry -> byTag.put(entry.tag(), entry));
            return new Known(used, all, Map.copyOf(byPrefix), Map.copyOf(byTag));
        }
    }
}
