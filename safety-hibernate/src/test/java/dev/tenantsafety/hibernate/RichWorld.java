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
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The mappings that attacks went through: tenants with sites, rows owned through others, collections of shared rows, caches, several
 * tables, ordered lists, one-to-one, references by a plain key. Each row has a text, which says whose it is.
 */
public final class RichWorld {

    static final List<Class<?>> ENTITIES =
            List.of(Firm.class, Branch.class, Sort.class, Item.class, Part.class, Card.class, Memo.class, Badge.class);

    /** Tables with the rows of tenants, each with the condition that a row is one tenant's. */
    static final Map<String, String> TABLES = Map.of(
            "firm", "id = '%s'",
            "branch", "tenant = '%s'",
            "item", "tenant = '%s'",
            "item_detail", "id in (select id from item where tenant = '%s')",
            "item_steps", "item_id in (select id from item where tenant = '%s')",
            "item_badge", "item_id in (select id from item where tenant = '%s')",
            "part", "item_id in (select id from item where tenant = '%s')",
            "card", "item_id in (select id from item where tenant = '%s')",
            "memo", "tenant = '%s'",
            "badge", "tenant = '%s'");

    private RichWorld() {}

    public static World on(Database database) {
        Map<String, Object> settings = new HashMap<>(CacheTest.CACHES);
        settings.put("hibernate.generate_statistics", "false");
        return new World(database, ENTITIES, settings);
    }

    /** Removes all rows of tenants, past everything, or each history would be slower than the one before. */
    public static void empty(World world) {
        for (String table :
                List.of("item_badge", "item_steps", "item_detail", "part", "card", "memo", "badge", "item")) {
            world.sql("delete from " + table);
        }
        world.sql("delete from branch", "delete from firm", "delete from tenant_safety_deletion");
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

        @ManyToMany
        Set<Badge> badges = new HashSet<>();

        @OneToMany(mappedBy = "item")
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        Set<Part> parts = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

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

        /** By its key alone. */
        @Nullable
        TicketId item;

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

        @Override
        Object key() {
            return id;
        }
    }
}
