package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.world.CommentId;
import dev.tenantsafety.hibernate.world.DeviceId;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The mappings that attacks went through: tenants with sites, rows owned through others, collections of shared rows, caches, several
 * tables, ordered lists, one-to-one, references by a plain key. Each row has a text, which says whose it is.
 */
public final class RichWorld {

    static final List<Class<?>> ENTITIES = List.of(
            Firm.class,
            Branch.class,
            Sort.class,
            Rank.class,
            Item.class,
            Part.class,
            Card.class,
            Memo.class,
            Badge.class,
            Tool.class,
            Note.class,
            Slip.class,
            Till.class);

    /** Tables with the rows of tenants, each with the condition that a row is one tenant's. */
    static final Map<String, String> TABLES = Map.ofEntries(
            Map.entry("firm", "id = '%s'"),
            Map.entry("branch", "tenant = '%s'"),
            Map.entry("item", "tenant = '%s'"),
            Map.entry("item_detail", "id in (select id from item where tenant = '%s')"),
            Map.entry("item_steps", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("note_aliases", "code in (select code from note where tenant = '%s')"),
            Map.entry("item_tools", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("item_memo", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("item_named", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("memo_next", "memo_id in (select id from memo where tenant = '%s')"),
            Map.entry("till", "site in (select id from branch where tenant = '%s')"),
            Map.entry("slip", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("sort_badge", "badges_id in (select id from badge where tenant = '%s')"),
            Map.entry("(select code, top from rank_) r", "top in (select id from badge where tenant = '%s')"),
            Map.entry("(select code, best from rank_) r", "best in (select code from badge where tenant = '%s')"),
            Map.entry("item_badge", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("part", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("card", "item_id in (select id from item where tenant = '%s')"),
            Map.entry("memo", "tenant = '%s'"),
            Map.entry("tool", "tenant = '%s'"),
            Map.entry("note", "tenant = '%s'"),
            Map.entry("badge", "tenant = '%s'"));

    /** Find links between rows of two tenants, and rows in a site of somebody else. */
    static final List<String> ACROSS = List.of(
            "select l.* from item_badge l join item i on i.id = l.item_id join badge b on b.id = l.badges_id "
                    + "where i.tenant <> b.tenant",
            "select l.* from item_tools l join item i on i.id = l.item_id join tool t on t.id = l.tools_key "
                    + "where i.tenant <> t.tenant",
            "select l.* from item_memo l join item i on i.id = l.item_id join memo m on m.id = l.memos_id "
                    + "where i.tenant <> m.tenant",
            "select l.* from item_named l join item i on i.id = l.item_id join note n on n.id = l.named_id "
                    + "where i.tenant <> n.tenant",
            "select l.* from memo_next l join memo m on m.id = l.memo_id join memo n on n.id = l.next_id "
                    + "where m.tenant <> n.tenant or (m.site is not null and (n.site is null or n.site <> m.site))",
            "select t.* from tool t join badge b on b.id = t.maker_id where t.tenant <> b.tenant",
            "select t.* from tool t join memo m on m.code = t.guide where t.tenant <> m.tenant",
            "select b.* from badge b join item i on i.id = b.holder_id where b.tenant <> i.tenant",
            "select m.* from memo m join badge b on b.code = m.badge where b.tenant <> m.tenant",
            "select n.* from note n join item i on i.id = n.item where i.tenant <> n.tenant",
            "select m.* from memo m join item i on i.id = m.about_id where i.tenant <> m.tenant",
            "select m.* from memo m join branch b on b.id = m.site where b.tenant <> m.tenant");

    /** Find links to what is marked, which no scope sees and none may cut. */
    static final List<String> LINKS_TO_MARKED = List.of(
            "select l.* from item_memo l join memo m on m.id = l.memos_id where m.deletion_id is not null",
            "select l.* from item_named l join note n on n.id = l.named_id where n.deletion_id is not null",
            "select l.* from item_tools l join tool t on t.id = l.tools_key where t.deletion_id is not null",
            "select l.memo_id, l.next_id from memo_next l join memo m on m.id = l.next_id where m.deletion_id is not null");

    /** Find rows that are alive and point at one that is marked. */
    static final List<String> POINTS_AT_MARKED = List.of(
            "select p.* from part p join item i on i.id = p.item_id where i.deletion_id is not null",
            "select c.* from card c join item i on i.id = c.item_id where i.deletion_id is not null and c.deletion_id is null",
            "select m.* from memo m join item i on i.id = m.about_id where i.deletion_id is not null and m.deletion_id is null");

    private static final AtomicLong KEYS = new AtomicLong();

    private RichWorld() {}

    /** A key that sorts as it was made, so that a history does the same each time. */
    private static String next() {
        return String.format(Locale.ROOT, "key %019d", KEYS.incrementAndGet());
    }

    public static World on(Database database) {
        Map<String, Object> settings = new HashMap<>(CacheTest.CACHES);
        settings.put("hibernate.generate_statistics", "false");
        return new World(database, ENTITIES, settings);
    }

    /** Removes all rows of tenants, past everything, or each history would be slower than the one before. */
    public static void empty(World world) {
        world.sql("update rank_ set best = null, top = null");
        for (String table : List.of(
                "item_badge",
                "item_memo",
                "item_named",
                "memo_next",
                "sort_badge",
                "slip",
                "till",
                "item_steps",
                "note_aliases",
                "item_tools",
                "item_detail",
                "part",
                "card",
                "tool",
                "memo",
                "note",
                "badge",
                "item",
                "branch",
                "firm",
                "tenant_safety_reference_set_to_null",
                "tenant_safety_deletion")) {
            world.sql("delete from " + table);
        }
        world.safe.unwrap(SessionFactory.class).getCache().evictAllRegions();
    }

    /** A row that attacks can be made on. */
    @MappedSuperclass
    abstract static class Row {

        private String text = "";

        abstract Object key();

        String text() {
            return text;
        }

        void write(String now) {
            text = now;
        }
    }

    /** A tenant. */
    @Entity(name = "Firm")
    static class Firm extends Row implements SoftDeletable {
        @Id
        TenantId id = TenantId.create();

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        Object key() {
            return id;
        }
    }

    /** A site. */
    @Entity(name = "Branch")
    static class Branch extends Row implements SoftDeletable {
        @Id
        SiteId id = SiteId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        Object key() {
            return id;
        }
    }

    /** Of all tenants, with a collection of what is owned by each. */
    @Entity(name = "Sort")
    @Shared("reference data")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Sort {
        @Id
        String code = "";

        @OneToMany(mappedBy = "sort")
        Set<Part> parts = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "sort_badge")
        Set<Badge> badges = new HashSet<>();

        Set<Badge> badges() {
            return badges;
        }

        void replaceBadges(Set<Badge> now) {
            badges = now;
        }
    }

    /** Of all tenants, and points at what is one tenant's. */
    @Entity(name = "Rank")
    @Table(name = "rank_")
    @Shared("reference data")
    static class Rank {
        @Id
        String code = "";

        String text = "";

        /** Of one tenant, and null to all others. */
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "best", referencedColumnName = "code")
        @Nullable
        Badge best;

        /** The same by its key. */
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "top")
        @Nullable
        Badge top;

        void praise(@Nullable Badge now, boolean isTop) {
            if (isTop) {
                top = now;
            } else {
                best = now;
            }
        }

        void write(String now) {
            text = now;
        }
    }

    /** In two tables, with a version, lists that have an order, and links. */
    @Entity(name = "Item")
    @SecondaryTable(name = "item_detail")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Item extends Row implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        @Column(table = "item_detail")
        @Nullable
        String detail;

        @ElementCollection
        @OrderColumn
        List<String> steps = new ArrayList<>();

        @ElementCollection
        @CollectionTable(name = "item_tools")
        @MapKeyJoinColumn(name = "tools_key")
        Map<Tool, String> tools = new HashMap<>();

        @OneToMany
        @JoinColumn(name = "item")
        @OrderColumn(name = "place")
        List<Note> notes = new ArrayList<>();

        @ManyToMany
        Set<Badge> badges = new HashSet<>();

        /** Of all sites. */
        @ManyToMany
        @JoinTable(name = "item_memo")
        Set<Memo> memos = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "item_named")
        @MapKeyColumn(name = "called")
        Map<String, Note> named = new HashMap<>();

        @OneToMany(mappedBy = "item")
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<Part> parts = new HashSet<>();

        /** Whose places Hibernate writes, and nothing else. */
        @OneToMany(mappedBy = "holder")
        @OrderColumn(name = "slot")
        List<Badge> held = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        List<Object> collections() {
            return List.of(steps, tools, notes, badges, parts, memos, named);
        }

        /** One of the collections of another. */
        void take(Item other, int which) {
            switch (which) {
                case 0 -> steps = other.steps;
                case 1 -> tools = other.tools;
                case 2 -> notes = other.notes;
                case 3 -> memos = other.memos;
                case 4 -> named = other.named;
                default -> badges = other.badges;
            }
        }

        @Override
        Object key() {
            return id;
        }
    }

    /** Owned through another, neither marked nor versioned. */
    @Entity(name = "Part")
    @OwnedThrough("item")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Part extends Row {
        @Id
        CommentId id = CommentId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Item item;

        /** The same by its key. */
        @Column(name = "item_id", insertable = false, updatable = false)
        @Nullable
        TicketId itemKey;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;

        @Override
        Object key() {
            return id;
        }
    }

    /** One of each item; owned through it, and marked. */
    @Entity(name = "Card")
    @OwnedThrough("item")
    static class Card extends Row implements SoftDeletable {
        @Id
        DeviceId id = DeviceId.create();

        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Item item;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        Object key() {
            return id;
        }
    }

    /** Owned on two levels. */
    @Entity(name = "Memo")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Memo extends Row implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Column(unique = true, updatable = false)
        String code = UUID.randomUUID().toString();

        /** By its key alone. */
        @Nullable
        TicketId item;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Item about;

        /** By another key than that of the row. */
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "badge", referencedColumnName = "code")
        @Nullable
        Badge badge;

        @ManyToMany
        @JoinTable(name = "memo_next")
        @OrderColumn(name = "place")
        List<Memo> next = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        Object key() {
            return id;
        }
    }

    /** Owned, and really deleted. */
    @Entity(name = "Badge")
    static class Badge extends Row {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true, updatable = false)
        String code = UUID.randomUUID().toString();

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Item holder;

        @Override
        Object key() {
            return id;
        }
    }

    /** The key of a map. */
    @Entity(name = "Tool")
    static class Tool extends Row implements SoftDeletable {
        @Id
        String id = next();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Badge maker;

        /** Of one site, and null to its tenant while that is closed. */
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "guide", referencedColumnName = "code")
        @Nullable
        Memo guide;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        Object key() {
            return id;
        }
    }

    /** Says its site, and not its tenant. */
    @Entity(name = "Till")
    static class Till extends Row {
        @Id
        String id = next();

        @OwnedBy
        @Nullable
        SiteId site;

        @Override
        Object key() {
            return id;
        }
    }

    /** In an ordered list whose owner keeps it. */
    @Entity(name = "Note")
    static class Note extends Row implements SoftDeletable {
        @Id
        String id = next();

        @OwnedBy
        @Nullable
        TenantId tenant;

        /** By another key than that of the row. */
        @Column(unique = true, updatable = false)
        String code = UUID.randomUUID().toString();

        @ElementCollection
        @CollectionTable(joinColumns = @JoinColumn(name = "code", referencedColumnName = "code"))
        Set<String> aliases = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        Object key() {
            return id;
        }
    }

    /** Has the key of the item through which it is owned. */
    @Entity(name = "Slip")
    @OwnedThrough("item")
    static class Slip extends Row {
        @Id
        @Nullable
        TicketId id;

        @MapsId
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "item_id")
        @Nullable
        Item item;

        @Override
        Object key() {
            return Objects.requireNonNull(id);
        }
    }
}
