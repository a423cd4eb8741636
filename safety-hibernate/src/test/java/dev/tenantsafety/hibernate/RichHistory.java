package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.RichWorld.Badge;
import dev.tenantsafety.hibernate.RichWorld.Branch;
import dev.tenantsafety.hibernate.RichWorld.Card;
import dev.tenantsafety.hibernate.RichWorld.Firm;
import dev.tenantsafety.hibernate.RichWorld.Item;
import dev.tenantsafety.hibernate.RichWorld.Memo;
import dev.tenantsafety.hibernate.RichWorld.Part;
import dev.tenantsafety.hibernate.RichWorld.Row;
import dev.tenantsafety.hibernate.RichWorld.Sort;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.criteria.CriteriaQuery;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.jpa.HibernateHints;

/**
 * One random history in {@link RichWorld}: whoever knows every key reads by a random way, and does a random thing with each row that came
 * out; in the scope of a tenant, of one of its sites, of nobody, across tenants only reading, or with what is in the bin. Whatever is
 * refused: nothing of others is read, the rows of others stay as they were byte by byte, and an undo gives back what was removed.
 */
public final class RichHistory {

    private static final int STEPS = 8;
    private static final String LINKS_ACROSS = "select l.* from item_badge l join item i on i.id = l.item_id "
            + "join badge b on b.id = l.badges_id where i.tenant <> b.tenant";
    private static final List<Class<? extends Row>> TYPES =
            List.of(Firm.class, Branch.class, Item.class, Part.class, Card.class, Memo.class, Badge.class);

    /** What is removed to be brought back; a card comes back only with its item. */
    private static final List<String> QUERIES = List.of(
            "from Memo order by id", "from Item order by id", "select c from Card c join c.item i order by c.id");

    private final World world;
    private final long seed;
    private final Random random;
    private final TenantId tenant = TenantId.create();
    private final TenantId other = TenantId.create();
    private final SiteId site = SiteId.create();
    private final SiteId otherSite = SiteId.create();
    private final Map<Class<?>, List<Object>> keys = new HashMap<>();
    private final List<String> done = new ArrayList<>();

    /** Then a raw refusal of the database is one that we owed. */
    private boolean isMerging;

    private RichHistory(World world, long seed) {
        this.world = world;
        this.seed = seed;
        this.random = new Random(seed);
    }

    public static void play(long seed, World world) {
        new RichHistory(world, seed).play();
    }

    private void play() {
        TYPES.forEach(type -> keys.put(type, new ArrayList<>()));
        CrossTenant.write("sorts")
                .run(() -> world.without(em -> {
                    if (em.find(Sort.class, "big") == null) {
                        em.persist(sort("big"));
                        em.persist(sort("small"));
                    }
                }));
        graph(other, List.of(SiteId.create()));
        graph(tenant, List.of(site, otherSite));
        List<String> others = rows(other);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(4) == 0) {
                removeAndUndo();
            } else {
                attack();
            }
            assertThat(rows(other)).as("rows of others, %s", this).isEqualTo(others);
            assertThat(world.rows(LINKS_ACROSS))
                    .as("links across tenants, %s", this)
                    .isEmpty();
        }
        RichWorld.empty(world);
    }

    private static Sort sort(String code) {
        Sort sort = new Sort();
        sort.code = code;
        return sort;
    }

    // The rows

    private void graph(TenantId owner, List<SiteId> sites) {
        world.in(owner, em -> {
            Firm firm = new Firm();
            firm.id = owner;
            persist(em, firm, owner);
            for (SiteId each : sites) {
                Branch branch = new Branch();
                branch.id = each;
                persist(em, branch, owner);
                Memo memo = new Memo();
                memo.site = each;
                persist(em, memo, owner, each);
            }
            for (int i = 0; i < 3; i++) {
                Item item = new Item();
                item.detail = mark(owner);
                item.steps.add(mark(owner));
                Badge badge = new Badge();
                persist(em, badge, owner);
                item.badges.add(badge);
                persist(em, item, owner);
                if (i == 2) {
                    break; // nobody needs it
                }
                Part part = new Part();
                part.item = item;
                part.sort = em.find(Sort.class, random.nextBoolean() ? "big" : "small");
                persist(em, part, owner);
                Card card = new Card();
                card.item = item;
                persist(em, card, owner);
            }
        });
    }

    private void persist(EntityManager em, Row row, Object... owners) {
        StringBuilder text = new StringBuilder("row");
        for (Object owner : owners) {
            text.append(mark(owner));
        }
        row.write(text.toString());
        em.persist(row);
        Objects.requireNonNull(keys.get(row.getClass())).add(row.key());
    }

    /** Stands in each text of its rows. */
    private static String mark(Object owner) {
        return " of " + owner;
    }

    /** Byte by byte, versions and marks too. */
    private List<String> rows(TenantId owner) {
        List<String> rows = new ArrayList<>();
        RichWorld.TABLES.forEach(
                (table, own) -> world.rows("select * from " + table + " where " + own.formatted(owner.uuid()))
                        .forEach(row -> rows.add(table + ": " + row)));
        rows.sort(null);
        return rows;
    }

    private List<String> memosOfOtherSite() {
        return world.rows("select * from memo where site = '" + otherSite.uuid() + "'");
    }

    // Removing, and undoing it

    private void removeAndUndo() {
        List<String> before = withoutVersions();
        String query = QUERIES.get(random.nextInt(QUERIES.size()));
        done.add("remove and undo: " + query);
        DeletionId deletion;
        try {
            deletion = world.get(tenant, em -> Deletions.of(em).because("test", () -> {
                for (Row row : em.createQuery(query, Row.class).getResultList()) {
                    if (random.nextBoolean()) {
                        em.remove(row);
                    }
                }
            }));
        } catch (TenantSafetyException e) { // others that are alive may need an item
            assertThat(query).as("%s, %s", e, this).startsWith("from Item");
            assertThat(withoutVersions()).as("what was refused, %s", this).isEqualTo(before);
            return;
        }
        world.in(
                other, em -> assertThat(Deletions.of(em).undo(deletion).total()).isZero());
        world.in(tenant, em -> Deletions.of(em).undo(deletion));
        assertThat(withoutVersions()).as("after the undo, %s", this).isEqualTo(before);
    }

    private List<String> withoutVersions() {
        List<String> rows = new ArrayList<>();
        for (String query : List.of(
                "select id, text, deletion_id from item where tenant = '%s'",
                "select * from item_detail where id in (select id from item where tenant = '%s')",
                "select * from item_steps where item_id in (select id from item where tenant = '%s')",
                "select * from item_badge where item_id in (select id from item where tenant = '%s')",
                "select id, text, deletion_id from card where item_id in (select id from item where tenant = '%s')",
                "select id, text, site, deletion_id from memo where tenant = '%s'")) {
            rows.addAll(world.rows(query.formatted(tenant.uuid())));
        }
        return rows;
    }

    // Attacking

    private void attack() {
        List<String> own = rows(tenant);
        List<String> ofOtherSite = memosOfOtherSite();
        boolean isStateless = random.nextInt(4) == 0;
        Runnable act =
                isStateless ? () -> World.stateless(world.safe, this::attack) : () -> world.without(this::attack);
        switch (random.nextInt(6)) {
            case 0 -> {
                done.add("in the site:");
                attempt(() -> TenantScope.of(tenant).narrow(site).run(act));
                assertThat(memosOfOtherSite())
                        .as("rows of another site, %s", this)
                        .isEqualTo(ofOtherSite);
            }
            case 1 -> {
                done.add("across tenants, reading:");
                attempt(() -> CrossTenant.read("test").run(act));
                assertThat(rows(tenant)).as("rows of all, %s", this).isEqualTo(own);
            }
            case 2 -> {
                done.add("in no scope:");
                attempt(act);
                assertThat(rows(tenant)).as("rows of all, %s", this).isEqualTo(own);
            }
            case 3 -> {
                done.add("with the bin:");
                attempt(() -> IncludeDeleted.because("test")
                        .run(() -> TenantScope.of(tenant).run(act)));
            }
            default -> {
                done.add("in the tenant:");
                attempt(() -> TenantScope.of(tenant).run(act));
            }
        }
    }

    /** It may be refused, but by us, or by Hibernate with its own reasons. */
    private void attempt(Runnable act) {
        isMerging = false;
        try {
            act.run();
        } catch (AssertionError e) {
            throw e;
        } catch (RuntimeException e) {
            List<Throwable> causes = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                    .toList();
            done.add("refused: " + causes.get(causes.size() - 1));
            boolean isRefusal = causes.stream().anyMatch(cause -> cause instanceof TenantSafetyException);
            boolean isAccident = causes.stream()
                    .anyMatch(cause -> cause instanceof NullPointerException
                            || cause instanceof ClassCastException
                            || cause instanceof UnsupportedOperationException
                            || (isMerging && cause instanceof SQLException));
            if (isAccident && !isRefusal) {
                throw new AssertionError("an accident, " + this, e);
            }
        }
    }

    private void attack(EntityManager em) {
        Class<? extends Row> type = TYPES.get(random.nextInt(TYPES.size()));
        int way = random.nextInt(16);
        done.add("way " + way + " to " + type.getSimpleName());
        List<Row> rows = way < 3 ? bulk(em, type, way) : read(em.unwrap(Session.class), type, way);
        for (Row row : rows) {
            if (row != null) {
                see(row.text()); // which loads it
                Row loaded = (Row) Hibernate.unproxy(row);
                look(loaded);
                treat(em, loaded);
            }
        }
    }

    private Object anyKey(Class<?> type) {
        List<Object> all = Objects.requireNonNull(keys.get(type));
        return all.get(random.nextInt(all.size()));
    }

    private void look(Row row) {
        if (row instanceof Item item) {
            see(String.valueOf(item.detail));
            item.steps.forEach(this::see);
            item.parts.forEach(part -> see(part.text()));
            item.badges.forEach(badge -> see(badge.text()));
        } else if (row instanceof Part part && part.item != null) {
            see(part.item.text());
        }
    }

    private void see(String text) {
        OpenScope scope = OpenScope.current();
        if (scope.crossTenant().isEmpty()) {
            assertThat(text).as("what was read, %s", this).doesNotContain(mark(other));
        }
        if (scope.tenant().isEmpty() && scope.crossTenant().isEmpty()) {
            assertThat(text).as("what was read in no scope, %s", this).doesNotContain(" of ");
        }
        if (scope.tenant().map(open -> open.find(SiteId.KIND).isPresent()).orElse(false)) {
            assertThat(text).as("what was read in a site, %s", this).doesNotContain(mark(otherSite));
        }
    }

    /** In bulk, or columns: without an entity. */
    private List<Row> bulk(EntityManager em, Class<? extends Row> type, int way) {
        String name = type.getSimpleName();
        switch (way) {
            case 0 ->
                em.createQuery("update " + name + " set text = concat(text, '!')")
                        .executeUpdate();
            case 1 ->
                em.createQuery("delete from " + name + " where id = :id")
                        .setParameter("id", anyKey(type))
                        .executeUpdate();
            default -> {
                if (type == Item.class) {
                    em.createQuery("update Item set detail = concat(detail, '!')")
                            .executeUpdate();
                }
                em.createQuery("select text from " + name, String.class)
                        .getResultList()
                        .forEach(this::see);
                if (random.nextInt(4) == 0) {
                    em.createNativeQuery("delete from " + name).executeUpdate();
                }
            }
        }
        return List.of();
    }

    private <E extends Row> List<Row> read(Session session, Class<E> type, int way) {
        Object key = anyKey(type);
        String name = type.getSimpleName();
        List<Row> rows = new ArrayList<>();
        switch (way) {
            case 3, 4 -> rows.add(session.find(type, key));
            case 5 -> rows.add(session.getReference(type, key));
            case 6 -> rows.addAll(session.createQuery("from " + name, type).getResultList());
            case 7 -> {
                CriteriaQuery<E> query = session.getCriteriaBuilder().createQuery(type);
                query.from(type);
                rows.addAll(session.createQuery(query).getResultList());
            }
            case 8 ->
                rows.addAll(session.createQuery("from " + name, type)
                        .setHint(HibernateHints.HINT_CACHEABLE, true)
                        .getResultList());
            case 9 ->
                rows.addAll(session.createNativeQuery(
                                type == Item.class
                                        ? "select i.*, d.detail from item i left join item_detail d on d.id = i.id where i.id = :id"
                                        : "select * from " + name + " where id = :id",
                                type)
                        .setParameter("id", key)
                        .getResultList());
            case 10 -> rows.addAll(session.findMultiple(type, Objects.requireNonNull(keys.get(type))));
            case 11 -> rows.addAll(session.find(Sort.class, "big").parts);
            case 12 -> {
                session.createQuery("from Sort s left join fetch s.parts", Sort.class)
                        .getResultList()
                        .forEach(sort -> rows.addAll(sort.parts));
                session.createQuery("select p.text from Sort s join s.parts p", String.class)
                        .getResultList()
                        .forEach(this::see);
            }
            case 13 -> rows.add(session.find(type, key, LockModeType.PESSIMISTIC_WRITE));
            case 14 -> {
                isMerging = true;
                rows.add(session.merge(byHand(type, key)));
                session.flush();
                isMerging = false;
            }
            default -> session.persist(linked(session));
        }
        return rows;
    }

    /** Made by somebody who knows a key. */
    private <E extends Row> E byHand(Class<E> type, Object key) {
        try {
            E made = type.getDeclaredConstructor().newInstance();
            type.getDeclaredField("id").set(made, key);
            made.write("by hand");
            if (made instanceof Badge badge) {
                badge.tenant = tenant;
            } else if (made instanceof Memo memo) {
                memo.tenant = tenant;
                memo.site = site;
            } else if (made instanceof Branch branch) {
                branch.tenant = tenant;
            } else if (made instanceof Item item) {
                item.tenant = tenant;
            }
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new row that points at what may be somebody else's. */
    private Row linked(Session session) {
        Item any = session.getReference(Item.class, anyKey(Item.class));
        if (random.nextBoolean()) {
            Card card = new Card();
            card.item = any;
            card.write("planted");
            return card;
        }
        Part part = new Part();
        part.item = any;
        part.write("planted");
        return part;
    }

    private void treat(EntityManager em, Row row) {
        int treatment = random.nextInt(8);
        done.add("treatment " + treatment + " of " + row.getClass().getSimpleName() + " " + row.key());
        switch (treatment) {
            case 0, 1 -> row.write(row.text() + "?");
            case 2 -> {
                if (!(row instanceof Firm) && !(row instanceof Branch)) {
                    em.remove(row);
                }
            }
            case 3 -> link(em, row);
            case 4 -> {
                em.detach(row);
                row.write(row.text() + "#");
                em.merge(row);
            }
            case 5 ->
                em.lock(
                        row,
                        row instanceof Item ? LockModeType.OPTIMISTIC_FORCE_INCREMENT : LockModeType.PESSIMISTIC_WRITE);
            case 6 -> em.refresh(row);
            default -> {
                if (row instanceof Item item) {
                    item.steps.add("scribbled");
                    item.badges.clear();
                }
            }
        }
    }

    /** To a row that may be somebody else's. */
    private void link(EntityManager em, Row row) {
        Item item = em.getReference(Item.class, anyKey(Item.class));
        if (row instanceof Part part) {
            part.item = item;
        } else if (row instanceof Card card) {
            card.item = item;
        } else if (row instanceof Item from) {
            from.badges.add(em.getReference(Badge.class, anyKey(Badge.class)));
        } else if (row instanceof Memo memo) {
            memo.item = item.id;
        }
    }

    // In a stateless session

    private void attack(StatelessSession session) {
        Class<? extends Row> type = TYPES.get(random.nextInt(TYPES.size()));
        Object key = anyKey(type);
        int way = random.nextInt(6);
        done.add("stateless way " + way + " to " + type.getSimpleName());
        List<Row> rows = new ArrayList<>();
        switch (way) {
            case 0 -> rows.add(session.get(type, key));
            case 1 ->
                rows.addAll(session.createSelectionQuery("from " + type.getSimpleName(), type)
                        .getResultList());
            case 2 ->
                rows.addAll(session.createNativeQuery("select * from " + type.getSimpleName(), type)
                        .getResultList());
            case 3 -> session.update(byHand(type, key));
            case 4 -> session.upsert(byHand(type, key));
            default -> session.delete(byHand(type, key));
        }
        for (Row row : rows) {
            if (row != null) {
                see(row.text());
                row.write(row.text() + "$");
                session.update(row);
            }
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + String.join("; ", done);
    }
}
