package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.RichWorld.Badge;
import dev.tenantsafety.hibernate.RichWorld.Branch;
import dev.tenantsafety.hibernate.RichWorld.Card;
import dev.tenantsafety.hibernate.RichWorld.Firm;
import dev.tenantsafety.hibernate.RichWorld.Item;
import dev.tenantsafety.hibernate.RichWorld.Memo;
import dev.tenantsafety.hibernate.RichWorld.Note;
import dev.tenantsafety.hibernate.RichWorld.Part;
import dev.tenantsafety.hibernate.RichWorld.Rank;
import dev.tenantsafety.hibernate.RichWorld.Row;
import dev.tenantsafety.hibernate.RichWorld.Slip;
import dev.tenantsafety.hibernate.RichWorld.Sort;
import dev.tenantsafety.hibernate.RichWorld.Till;
import dev.tenantsafety.hibernate.RichWorld.Tool;
import dev.tenantsafety.hibernate.world.TicketId;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;

/**
 * One random history in {@link RichWorld}: whoever knows every key reads by a random way, and does a random thing with each row that came
 * out; in the scope of a tenant, of one of its sites, of nobody, across tenants only reading, or with what is in the bin. Whatever is
 * refused: nothing of others is read, the rows of others stay as they were byte by byte, and an undo gives back what was removed.
 */
public final class RichHistory {

    private static final int STEPS = 8;
    private static final List<Class<? extends Row>> TYPES = List.of(
            Firm.class,
            Branch.class,
            Item.class,
            Part.class,
            Card.class,
            Memo.class,
            Badge.class,
            Tool.class,
            Note.class,
            Slip.class,
            Till.class);

    /** What is removed to be brought back; a card comes back only with its item. */
    private static final List<String> QUERIES = List.of(
            "from Memo order by id",
            "from Item order by id",
            "from Note order by id",
            "from Tool order by id",
            "select c from Card c join c.item i order by c.id");

    /** What is read without an entity. */
    private static final List<String> COLUMNS = List.of(
            "select text from %s",
            "select a from Note n join n.aliases a",
            "select t.text from Item i join i.tools x join key(x) t",
            "select n.text from Item i join i.notes n",
            "select n.text from Item i right join i.notes n",
            "select b.text from Item i cross join Badge b",
            "select l.t from Item i join lateral (select n.text as t from Note n) l on 1 = 1",
            "select i.text, (with c as (select n.text as t from Note n) select max(c.t) from c c) from Item i",
            "select m.about.text from Memo m",
            "select p.item.text from Part p",
            "select q.e.text from (select r.top as e from Rank r) q",
            "with q as (select r.best as e from Rank r) select x.e.text from q x");

    /** What an item's second table is set to, in bulk. */
    private static final List<String> DETAILS = List.of(
            "concat(detail, '!')",
            "(select max(b.text) from Rank r cross join Badge b)",
            "(select max(q.e.text) from (select r.top as e from Rank r) q)");

    private final World world;
    private final long seed;
    private final Random random;
    private final TenantId tenant = TenantId.create();
    private final TenantId other = TenantId.create();
    private final SiteId site = SiteId.create();
    private final SiteId otherSite = SiteId.create();
    private final Map<Class<?>, List<Object>> keys = new HashMap<>();
    private final List<String> codes = new ArrayList<>();
    private final List<String> badgeCodes = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    /** As they read it. */
    private Sort sortOfOthers = sort("big");

    /** Whether there are rows in the place of removed ones. */
    private boolean isReplaced;

    /** Then a raw refusal of the database is one that we owed. */
    private boolean owesRefusal;

    /** Whether an attack was made with what is marked in sight. */
    private boolean isInBin;

    /** What the session of an attack did not read; null where there is none. */
    private @Nullable Row stale;

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
                        em.persist(new Rank());
                    }
                }));
        List<SiteId> theirs = List.of(SiteId.create());
        graph(other, theirs);
        tills(other, theirs);
        graph(tenant, List.of(site, otherSite));
        tills(tenant, List.of(site, otherSite));
        sortOfOthers = world.get(other, em -> {
            Sort held = em.find(Sort.class, "big");
            Hibernate.initialize(held.badges());
            return held;
        });
        List<String> others = rows(other);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(9)) {
                case 0, 1 -> removeAndUndo();
                case 3 -> writeWhatIsMarked();
                case 2 -> {
                    keepingLinks(() -> closedOrNot(this::writeAcross));
                    others = rows(other);
                }
                default -> keepingLinks(() -> closedOrNot(this::attack));
            }
            assertThat(rows(other)).as("rows of others, %s", this).isEqualTo(others);
            assertThat(rowsOfNobody()).as("rows of nobody, %s", this).isEmpty();
            for (String across : RichWorld.ACROSS) {
                assertThat(world.rows(across))
                        .as("links across tenants, %s", this)
                        .isEmpty();
            }
            for (String points : RichWorld.POINTS_AT_MARKED) {
                assertThat(world.rows(points))
                        .as("alive, and points at what is marked, %s", this)
                        .isEmpty();
            }
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
        boolean isTop = random.nextBoolean();
        List<Memo> memos = new ArrayList<>();
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
                memos.add(memo);
                Memo next = new Memo();
                next.site = each;
                persist(em, next, owner, each);
                memo.next.add(next);
                memo.next.add(memo);
            }
            Tool tool = new Tool();
            tool.guide = memos.get(0);
            persist(em, tool, owner);
            Sort shared = em.find(Sort.class, "big");
            for (int i = 0; i < 3; i++) {
                Item item = new Item();
                item.detail = mark(owner);
                item.steps.add(mark(owner));
                item.tools.put(tool, mark(owner));
                for (int j = i == 0 ? 2 : random.nextInt(4); j > 0; j--) {
                    Note note = new Note();
                    note.aliases.add(mark(owner));
                    persist(em, note, owner);
                    codes.add(note.code);
                    item.notes.add(note);
                    item.named.put("note" + j, note);
                }
                Badge badge = new Badge();
                persist(em, badge, owner);
                badgeCodes.add(badge.code);
                tool.maker = badge;
                item.badges.add(badge);
                item.memos.addAll(memos);
                shared.badges().add(badge);
                if (owner.equals(other)) {
                    em.find(Rank.class, "").praise(badge, isTop);
                }
                memos.get(0).badge = badge;
                persist(em, item, owner);
                if (i == 2) {
                    Memo memo = new Memo(); // nobody else needs it
                    memo.about = item;
                    persist(em, memo, owner);
                    break;
                }
                Part part = new Part();
                part.item = item;
                part.sort = em.find(Sort.class, random.nextBoolean() ? "big" : "small");
                persist(em, part, owner);
                Card card = new Card();
                card.item = item;
                persist(em, card, owner);
                Slip slip = new Slip();
                slip.id = item.id;
                slip.item = item;
                persist(em, slip, owner);
            }
        });
    }

    private void tills(TenantId owner, List<SiteId> sites) {
        for (SiteId each : sites) {
            TenantScope.of(owner).narrow(each).run(() -> world.without(em -> persist(em, new Till(), owner, each)));
        }
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

    private List<String> rowsOfNobody() {
        List<String> rows = new ArrayList<>();
        RichWorld.TABLES.forEach((table, own) -> {
            if (own.equals("tenant = '%s'")) {
                rows.addAll(world.rows("select * from " + table + " where tenant is null"));
            }
        });
        return rows;
    }

    private List<String> memosOf(SiteId owner) {
        return world.rows("select * from memo where site = '" + owner.uuid() + "'");
    }

    private List<String> guidedBy(SiteId owner) {
        return world.rows("select id, guide from tool where guide in (select code from memo where site = '"
                + owner.uuid() + "')");
    }

    // Removing, and undoing it

    /** In one deletion or two, which are undone in any order. */
    private void removeAndUndo() {
        List<String> before = withoutVersions();
        isReplaced = false;
        List<DeletionId> deletions = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            remove().ifPresent(deletions::add);
        }
        if (random.nextBoolean()) {
            Collections.reverse(deletions);
        }
        for (int i = 0; i < deletions.size(); i++) {
            DeletionId deletion = deletions.get(i);
            world.in(other, em -> assertThat(Deletions.of(em).undo(deletion).total())
                    .isZero());
            try {
                world.in(tenant, em -> Deletions.of(em).undo(deletion));
            } catch (UndoRefusedException e) { // a card comes back after its item
                assertThat(i).as("%s, %s", e, this).isZero();
                deletions.add(deletion);
            }
        }
        if (isReplaced) {
            assertThat(withoutVersions()).as("after the undo, %s", this).containsAll(before);
        } else {
            assertThat(withoutVersions()).as("after the undo, %s", this).isEqualTo(before);
        }
        for (DeletionId deletion : deletions) {
            assertThat(recorded(deletion, "undone_at is null"))
                    .as("records that say %s is not undone, %s", deletion, this)
                    .isZero();
        }
    }

    private long recorded(DeletionId deletion, String condition) {
        return world.count("tenant_safety_deletion where id = '" + deletion.uuid() + "' and " + condition);
    }

    private Optional<DeletionId> remove() {
        List<String> before = withoutVersions();
        String query = QUERIES.get(random.nextInt(QUERIES.size()));
        boolean isCutting = random.nextBoolean();
        boolean isReplacing = !isCutting && random.nextBoolean();
        done.add("remove" + (isCutting ? ", and cut: " : isReplacing ? ", and replace: " : ": ") + query);
        try {
            return Optional.of(world.get(tenant, em -> Deletions.of(em).because("test", () -> {
                for (Row row : em.createQuery(query, Row.class).getResultList()) {
                    if (random.nextBoolean()) {
                        if (isCutting) {
                            cut(em, row);
                        }
                        em.remove(row);
                        if (isReplacing && row instanceof Item item) {
                            isReplaced = true;
                            em.persist(inThePlaceOf(item));
                        }
                    }
                }
            })));
        } catch (TenantSafetyException e) { // others that are alive may need an item, or a memo
            assertThat(List.of("from Item order by id", "from Memo order by id"))
                    .as("%s, %s", e, this)
                    .contains(query);
            assertThat(withoutVersions()).as("what was refused, %s", this).isEqualTo(before);
            return Optional.empty();
        }
    }

    /** As programs do that hand collections on. */
    private static Item inThePlaceOf(Item item) {
        Item next = new Item();
        next.write(item.text());
        next.detail = item.detail;
        next.steps = item.steps;
        next.tools = item.tools;
        next.badges = item.badges;
        next.memos = item.memos;
        next.named = item.named;
        return next;
    }

    /** As programs do before they remove. */
    private static void cut(EntityManager em, Row row) {
        if (row instanceof Item item) {
            item.notes.clear();
            item.tools.clear();
            item.badges.clear();
            item.steps.clear();
            item.memos.clear();
            item.named.clear();
        } else if (row instanceof Note || row instanceof Tool) {
            for (Item item : em.createQuery("from Item", Item.class).getResultList()) {
                item.notes.removeIf(note -> note == row);
                item.named.values().removeIf(note -> note == row);
                item.tools.keySet().removeIf(tool -> tool == row);
            }
        }
    }

    private List<String> withoutVersions() {
        List<String> rows = new ArrayList<>();
        for (String query : List.of(
                "select id, text, deletion_id from item where tenant = '%s'",
                "select * from item_detail where id in (select id from item where tenant = '%s')",
                "select * from item_steps where item_id in (select id from item where tenant = '%s')",
                "select * from item_badge where item_id in (select id from item where tenant = '%s')",
                "select * from item_tools where item_id in (select id from item where tenant = '%s')",
                "select * from item_memo where item_id in (select id from item where tenant = '%s')",
                "select * from item_named where item_id in (select id from item where tenant = '%s')",
                "select l.memo_id, l.next_id, row_number() over (partition by l.memo_id order by l.place) from memo_next l "
                        + "join memo n on n.id = l.next_id where n.deletion_id is null and n.tenant = '%s'",
                "select l.memo_id, l.next_id from memo_next l join memo n on n.id = l.next_id "
                        + "where n.deletion_id is not null and n.tenant = '%s'",
                "select * from note_aliases where code in (select code from note where tenant = '%s')",
                "select id, text, deletion_id from tool where tenant = '%s'",
                // A list in which some are marked may be numbered anew: the order is what counts.
                "select id, text, item, row_number() over (partition by item order by place) from note "
                        + "where deletion_id is null and tenant = '%s'",
                "select id, text, item, deletion_id from note where deletion_id is not null and tenant = '%s'",
                "select id, text, deletion_id from card where item_id in (select id from item where tenant = '%s')",
                "select id, text, site, about_id, deletion_id from memo where tenant = '%s'")) {
            rows.addAll(world.rows(query.formatted(tenant.uuid())));
        }
        return rows;
    }

    // Attacking

    /** A session goes on to write what another one has marked since it read it. */
    private void writeWhatIsMarked() {
        Class<? extends Row> type = random.nextBoolean() ? Note.class : random.nextBoolean() ? Memo.class : Tool.class;
        Object key = anyKey(type);
        int write = random.nextInt(5);
        done.add("write " + write + " of what is marked: " + type.getSimpleName() + " " + key);
        DeletionId[] deletion = new DeletionId[1];
        List<String> before = new ArrayList<>();
        List<List<String>> links = new ArrayList<>();
        attempt(() -> world.in(tenant, em -> {
            Row row = em.find(type, key);
            if (row == null) {
                return;
            }
            look(row);
            deletion[0] = world.get(tenant, beside -> Deletions.of(beside)
                    .because("test", () -> beside.remove(beside.find(type, key))));
            before.addAll(rows(tenant));
            links.addAll(linksToMarked());
            switch (write) {
                case 4 -> World.stateless(world.safe, this::writeLinks);
                case 0 -> row.write("late");
                case 1 -> em.remove(row);
                case 2 -> {
                    if (row instanceof Note note) {
                        note.aliases.add("late");
                    } else if (row instanceof Memo memo) {
                        memo.next.clear();
                    }
                }
                default -> {
                    Item item = em.createQuery("from Item where id = :id", Item.class)
                            .setParameter("id", anyKey(Item.class))
                            .getSingleResultOrNull();
                    if (item != null && row instanceof Note note) {
                        item.notes.add(note);
                    } else if (item != null && row instanceof Memo memo) {
                        item.memos.add(memo);
                        memo.write("late");
                    } else if (item != null && row instanceof Tool tool) {
                        item.tools.put(tool, "late");
                    }
                }
            }
        }));
        if (deletion[0] != null) {
            for (int i = 0; i < links.size(); i++) {
                assertThat(linksToMarked().get(i))
                        .as("links to what is marked, %s", this)
                        .containsAll(links.get(i));
            }
            if (write < 3) { // the others may write, or have nothing to add
                assertThat(rows(tenant)).as("what is marked, %s", this).isEqualTo(before);
            }
            world.in(tenant, em -> Deletions.of(em).undo(deletion[0]));
        }
    }

    private void writeLinks(StatelessSession session) {
        Memo memo = session.get(Memo.class, anyKey(Memo.class));
        if (memo != null && random.nextBoolean()) {
            session.fetch(memo.next);
            Collections.reverse(memo.next);
            owesRefusal = true;
            session.update(memo);
            owesRefusal = false;
        }
        Item item = session.get(Item.class, anyKey(Item.class));
        if (item != null) {
            session.fetch(item.memos);
            session.fetch(item.named);
            session.fetch(item.tools);
            item.write(item.text() + "*");
            session.update(item);
        }
    }

    /** It may change the rows of all, but not mix them. */
    private void writeAcross() {
        Runnable act = anyAct();
        done.add("across tenants, writing:");
        attempt(() -> CrossTenant.write("test").run(act));
    }

    /** What is linked with marked rows, before and after. */
    private void keepingLinks(Runnable attack) {
        List<List<String>> before = linksToMarked();
        attack.run();
        List<List<String>> after = linksToMarked();
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i)).as("links to what is marked, %s", this).containsAll(before.get(i));
        }
    }

    private List<List<String>> linksToMarked() {
        return RichWorld.LINKS_TO_MARKED.stream().map(world::rows).toList();
    }

    private Runnable anyAct() {
        stale = random.nextInt(3) == 0 ? heldElsewhere() : null;
        boolean isStateless = random.nextInt(4) == 0;
        return isStateless ? () -> World.stateless(world.safe, this::attack) : () -> world.without(this::attack);
    }

    /** Now and then, our site is removed before and comes back after: nothing changes what it owns. */
    private void closedOrNot(Runnable attack) {
        if (random.nextInt(3) > 0) {
            attack.run();
            return;
        }
        DeletionId closed =
                world.get(tenant, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Branch.class, site))));
        assertThat(recorded(closed, "undone_at is null"))
                .as("records of %s, %s", closed, this)
                .isOne();
        List<String> memos = memosOf(site);
        List<String> guided = guidedBy(site);
        done.add("while the site is closed,");
        isInBin = false;
        attack.run();
        assertThat(memosOf(site)).as("rows of a closed site, %s", this).isEqualTo(memos);
        if (!isInBin) { // which shows them, so that they can be cut
            assertThat(guidedBy(site))
                    .as("links to rows of a closed site, %s", this)
                    .containsAll(guided);
        }
        world.in(tenant, em -> Deletions.of(em).undo(closed));
    }

    private void attack() {
        List<String> own = rows(tenant);
        List<String> ofOtherSite = memosOf(otherSite);
        Runnable act = anyAct();
        switch (random.nextInt(8)) {
            case 4 -> {
                SiteId any = (SiteId) anyKey(Branch.class);
                done.add("in the tenant, and the site " + any + ":");
                attempt(() -> TenantScope.of(tenant).narrow(any).run(act));
            }
            case 0 -> {
                done.add("in the site:");
                attempt(() -> TenantScope.of(tenant).narrow(site).run(act));
                assertThat(memosOf(otherSite))
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
            case 3, 5 -> {
                isInBin = true;
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

    /** A row of ours or of others, which an earlier session has read, and perhaps not its collections. */
    private @Nullable Row heldElsewhere() {
        Class<? extends Row> any = TYPES.get(random.nextInt(TYPES.size()));
        Class<? extends Row> type = any == Till.class ? Item.class : any; // no tenant's scope sees that
        Object key = anyKey(type);
        return world.get(random.nextBoolean() ? tenant : other, em -> {
            Row row = em.find(type, key);
            if (row instanceof Item item && random.nextBoolean()) {
                item.collections().forEach(Hibernate::initialize);
            }
            return row;
        });
    }

    /** It may be refused, but by us, or by Hibernate with its own reasons. */
    private void attempt(Runnable act) {
        owesRefusal = false;
        try {
            act.run();
        } catch (AssertionError e) {
            if (!e.getStackTrace()[0].getClassName().startsWith("org.hibernate.")) {
                throw e;
            }
            done.add("refused by an assertion of Hibernate: " + e.getStackTrace()[0]); // which a program runs without
        } catch (RuntimeException e) {
            List<Throwable> causes = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                    .toList();
            done.add("refused: " + causes.get(causes.size() - 1));
            boolean isRefusal = causes.stream().anyMatch(cause -> cause instanceof TenantSafetyException);
            boolean isAccident = causes.stream()
                    .anyMatch(cause -> cause instanceof NullPointerException
                            || cause instanceof ClassCastException
                            || cause instanceof UnsupportedOperationException
                            || (owesRefusal && cause instanceof SQLException));
            if (isAccident && !isRefusal) {
                throw new AssertionError("an accident, " + this, e);
            }
        }
    }

    private void attack(EntityManager em) {
        Class<? extends Row> type = TYPES.get(random.nextInt(TYPES.size()));
        int way = stale == null ? random.nextInt(21) : 21;
        done.add("way " + way + " to " + (stale == null ? type.getSimpleName() : "stale " + stale.key()));
        List<Row> rows = way < 3
                ? bulk(em, type, way)
                : stale == null ? read(em.unwrap(Session.class), type, way) : reattach(em, stale);
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
            item.tools.forEach((tool, text) -> see(tool.text() + text));
            // An element that another list took leaves a hole, as with Hibernate alone.
            item.notes.stream().filter(Objects::nonNull).forEach(note -> see(note.text()));
            item.memos.forEach(memo -> see(memo.text()));
            item.named.values().forEach(note -> see(note.text()));
        } else if (row instanceof Part part && part.item != null) {
            see(part.item.text());
        } else if (row instanceof Slip slip && slip.item != null) {
            see(slip.item.text());
        } else if (row instanceof Memo memo) {
            if (memo.about != null) {
                see(memo.about.text());
            }
            if (memo.badge != null) {
                see(memo.badge.text());
            }
            memo.next.stream().filter(Objects::nonNull).forEach(next -> see(next.text()));
        } else if (row instanceof Note note) {
            note.aliases.forEach(this::see);
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
        scope.tenant().flatMap(open -> open.find(SiteId.KIND)).ifPresent(open -> assertThat(text)
                .as("what was read in a site, %s", this)
                .doesNotContain(mark(open.equals(site) ? otherSite : site)));
    }

    /** By an instance that another session has read. */
    private List<Row> reattach(EntityManager em, Row row) {
        List<Row> rows = new ArrayList<>();
        switch (random.nextInt(7)) {
            case 4, 5, 6 -> {
                Item mine = em.find(Item.class, anyKey(Item.class));
                if (mine != null && row instanceof Item held && !held.key().equals(mine.key())) {
                    mine.take(held, random.nextInt(6));
                }
            }
            case 0 -> {
                row.write(row.text() + "%");
                owesRefusal = true;
                rows.add(em.merge(row));
                em.flush();
                owesRefusal = false;
            }
            case 1 -> {
                if (!(row instanceof Firm) && !(row instanceof Branch)) {
                    em.remove(em.merge(row));
                }
            }
            case 2 -> em.unwrap(Session.class).lock(row, LockModeType.PESSIMISTIC_WRITE);
            default -> {
                em.createQuery("select i.text from Item i where i = :row", String.class)
                        .setParameter(
                                "row",
                                row instanceof Item item ? item : em.getReference(Item.class, anyKey(Item.class)))
                        .getResultList()
                        .forEach(this::see);
                Item made = new Item();
                made.write("planted");
                if (row instanceof Badge badge) {
                    made.badges.add(badge);
                } else if (row instanceof Note note) {
                    made.notes.add(note);
                } else if (row instanceof Tool tool) {
                    made.tools.put(tool, "planted");
                }
                em.persist(made);
            }
        }
        return rows;
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
                if (random.nextBoolean()) {
                    em.createQuery("update Item set detail = " + DETAILS.get(random.nextInt(DETAILS.size())))
                            .executeUpdate();
                    em.createQuery("select detail from Item where detail is not null", String.class)
                            .getResultList()
                            .forEach(this::see);
                }
                em.createQuery(COLUMNS.get(random.nextInt(COLUMNS.size())).formatted(name), String.class)
                        .getResultList()
                        .forEach(this::see);
                if (random.nextInt(4) == 0) {
                    em.createQuery("update Badge set tenant = :other")
                            .setParameter("other", other)
                            .executeUpdate();
                }
                if (random.nextInt(4) == 0) {
                    em.createNativeQuery("delete from " + name).executeUpdate();
                }
                if (random.nextInt(4) == 0) {
                    em.createQuery("update Part set itemKey = :item")
                            .setParameter("item", anyKey(Item.class))
                            .executeUpdate();
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
            case 9 -> {
                if (type == Part.class && random.nextBoolean()) {
                    rows.addAll(toldAnother(session, key));
                } else {
                    rows.addAll(session.createNativeQuery(
                                    type == Item.class
                                            ? "select i.*, d.detail from item i left join item_detail d on d.id = i.id where i.id = :id"
                                            : "select * from " + name + " where id = :id",
                                    type)
                            .setParameter("id", key)
                            .getResultList());
                }
            }
            case 10 -> findMultiple(session, type, rows);
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
                owesRefusal = true;
                rows.add(session.merge(byHand(type, key)));
                session.flush();
                owesRefusal = false;
            }
            case 15 -> useShared(session);
            case 16 -> takeBack(session);
            case 17 -> useKeyOfMarked(session);
            case 18 -> toldOfAnother(session);
            case 19 -> persistForOthers(session);
            default -> session.persist(linked(session));
        }
        return rows;
    }

    /** By their keys, of which the session may hold some, or have removed them. */
    private <E extends Row> void findMultiple(Session session, Class<E> type, List<Row> rows) {
        Object removed = anyKey(type);
        if (random.nextBoolean() && type != Firm.class && type != Branch.class) {
            E row = session.find(type, removed);
            if (row != null) {
                session.remove(row);
                session.flush();
            }
        } else {
            removed = "";
        }
        List<E> found = session.findMultiple(type, Objects.requireNonNull(keys.get(type)));
        if (!OpenScope.current().includesDeleted()) {
            assertThat(found.stream().filter(Objects::nonNull).map(Row::key))
                    .as("found, %s", this)
                    .doesNotContain(removed);
        }
        rows.addAll(found);
    }

    /** One session for two tenants, as one that a thread keeps: at the flush, the row of the one would be the other's. */
    private void persistForOthers(Session session) {
        if (OpenScope.current().isEmpty()) {
            Note note = new Note();
            note.write("row" + mark(other));
            TenantScope.of(other).run(() -> session.persist(note));
            TenantScope.of(tenant).run(() -> {
                session.flush();
                see(note.text()); // for it is ours
            });
        }
    }

    /** The collection of a row that all share, which this session or another one has read. */
    private void useShared(Session session) {
        Sort sort = random.nextBoolean() ? session.find(Sort.class, "big") : session.merge(sortOfOthers);
        int own = OpenScope.current().crossTenant().isPresent()
                ? Integer.MAX_VALUE
                : OpenScope.current().tenant().isPresent() ? keysOf(Badge.class) : 0;
        if (own == 0 && random.nextBoolean()) { // as who reads in a scope and goes on outside
            TenantScope.of(tenant).run(() -> Hibernate.initialize(sort.badges()));
        }
        int way = random.nextInt(9);
        done.add("shared " + way);
        switch (way) {
            case 0 -> {
                if (!Hibernate.isInitialized(sort.badges())) {
                    assertThat(Hibernate.size(sort.badges()))
                            .as("a size, %s", this)
                            .isLessThanOrEqualTo(own);
                }
            }
            case 1 -> sort.badges().clear();
            case 2 -> sort.replaceBadges(new HashSet<>());
            case 3 -> sort.badges().add(session.getReference(Badge.class, anyKey(Badge.class)));
            case 4 -> sort.badges().removeIf(badge -> random.nextBoolean());
            case 5 -> sort.replaceBadges(new HashSet<>(sort.badges()));
            default -> {
                Rank rank = random.nextBoolean() ? session.find(Rank.class, "") : session.merge(new Rank());
                switch (random.nextInt(3)) {
                    case 0 -> rank.praise(null, random.nextBoolean());
                    case 1 -> rank.praise(session.find(Badge.class, anyKey(Badge.class)), random.nextBoolean());
                    default -> rank.write(rank.text + ".");
                }
            }
        }
    }

    /** Half of them are of each of the two. */
    private int keysOf(Class<?> type) {
        return Objects.requireNonNull(keys.get(type)).size() / 2;
    }

    /** What is removed with its target, and comes back alone. */
    private void takeBack(Session session) {
        Item item = new Item();
        item.write("made");
        session.persist(item);
        Row made = random.nextBoolean() ? cardOf(item) : memoAbout(item);
        made.write("made");
        session.persist(made);
        session.flush();
        session.remove(made);
        session.flush();
        session.remove(item);
        session.flush();
        boolean isSaid = made instanceof Memo memo && memo.about != null;
        session.persist(made);
        session.flush();
        assertThat(made instanceof Memo memo && memo.about != null)
                .as("what a row said that was taken back, %s", this)
                .isEqualTo(isSaid);
    }

    private static Card cardOf(Item item) {
        Card card = new Card();
        card.item = item;
        return card;
    }

    private static Memo memoAbout(Item item) {
        Memo memo = new Memo();
        memo.about = item;
        return memo;
    }

    /** The key of a map, which what is marked has already. */
    private void useKeyOfMarked(Session session) {
        Item item = session.find(Item.class, anyKey(Item.class));
        Note another = session.find(Note.class, anyKey(Note.class));
        if (item != null && another != null && !item.named.isEmpty()) {
            String key = item.named.keySet().iterator().next();
            session.remove(item.named.get(key));
            session.flush();
            owesRefusal = true;
            item.named.put(key, another);
            session.flush();
            owesRefusal = false;
        }
    }

    /** By native SQL that says that an item holds a badge which it does not, as an update of all columns would write it. */
    private void toldOfAnother(Session session) {
        session.createNativeQuery(
                        "select b.id, b.text, b.tenant, b.code, i.id as holder_id from badge b, item i where b.id = :id and i.id = :item",
                        Badge.class)
                .setParameter("id", anyKey(Badge.class))
                .setParameter("item", anyKey(Item.class))
                .getResultList()
                .forEach(badge -> badge.write(badge.text() + "~"));
    }

    /** By native SQL that says that a part is of an item which may be another: it stays whose it is. */
    private List<Part> toldAnother(Session session, Object key) {
        List<?> before = ownerOfPart(session, key);
        List<Part> parts = session.createNativeQuery(
                        "select p.id, p.text, p.sort_code, i.id as item_id from part p, item i where p.id = :id and i.id = :item",
                        Part.class)
                .setParameter("id", key)
                .setParameter("item", anyKey(Item.class))
                .getResultList();
        parts.forEach(part -> part.write(part.text() + "~"));
        session.flush();
        assertThat(ownerOfPart(session, key))
                .as("the owner of a part, %s", this)
                .isEqualTo(before);
        return parts;
    }

    private static List<?> ownerOfPart(Session session, Object part) {
        return session.createNativeQuery(
                        "select cast(i.tenant as varchar) from part p join item i on i.id = p.item_id where p.id = :id",
                        String.class)
                .setParameter("id", part)
                .getResultList();
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
            } else if (made instanceof Tool tool) {
                tool.tenant = tenant;
            } else if (made instanceof Note note) {
                note.tenant = tenant;
            } else if (made instanceof Slip slip) {
                slip.item = new Item();
                slip.item.id = (TicketId) anyKey(Item.class);
            }
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new row that points at what may be somebody else's. */
    private Row linked(Session session) {
        if (random.nextInt(3) == 0) {
            Memo memo = new Memo();
            memo.site = (SiteId) anyKey(Branch.class);
            memo.badge = lying();
            memo.write("planted");
            return memo;
        }
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
        int treatment = random.nextInt(10);
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
            case 7 -> {
                if (row instanceof Item item) {
                    item.steps.add("scribbled");
                    item.badges.clear();
                    item.memos.clear();
                }
            }
            case 8 -> {
                if (row instanceof Item item) {
                    item.tools.put(em.getReference(Tool.class, anyKey(Tool.class)), "scribbled");
                    Collections.reverse(item.notes);
                } else if (row instanceof Note note) {
                    if (random.nextBoolean()) { // which says another key, and takes a collection by it
                        note.code = codes.get(random.nextInt(codes.size()));
                        note.aliases = new HashSet<>();
                    }
                    note.aliases.add("scribbled");
                }
            }
            default -> byHand(row);
        }
    }

    /** What only deleting, undoing and creating may set. */
    private void byHand(Row row) {
        Tombstone tombstone = new Tombstone(Instant.now(), "by hand", DeletionId.create());
        if (row instanceof Badge badge) {
            badge.tenant = other;
        } else if (row instanceof Tool tool) {
            tool.tombstone = random.nextBoolean() ? tombstone : null;
        } else if (row instanceof Note note) {
            note.tombstone = random.nextBoolean() ? tombstone : null;
        } else if (row instanceof Memo memo) {
            memo.site = (SiteId) anyKey(Branch.class);
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
            switch (random.nextInt(6)) {
                case 4, 5 -> from.held.add(em.getReference(Badge.class, anyKey(Badge.class)));
                case 0 -> from.badges.add(em.getReference(Badge.class, anyKey(Badge.class)));
                case 1 -> from.notes.add(em.getReference(Note.class, anyKey(Note.class)));
                case 2 -> from.memos.add(em.getReference(Memo.class, anyKey(Memo.class)));
                default -> from.named.put("added", em.getReference(Note.class, anyKey(Note.class)));
            }
        } else if (row instanceof Memo memo) {
            switch (random.nextInt(5)) {
                case 0 -> memo.item = item.id;
                case 1 -> memo.about = item;
                case 2, 3 -> memo.next.add(em.getReference(Memo.class, anyKey(Memo.class)));
                default -> {
                    memo.badge = random.nextBoolean() ? lying() : em.getReference(Badge.class, anyKey(Badge.class));
                }
            }
        }
    }

    /** Made by hand, and says any code. */
    private Badge lying() {
        Badge badge = byHand(Badge.class, anyKey(Badge.class));
        badge.code = badgeCodes.get(random.nextInt(badgeCodes.size()));
        return badge;
    }

    // In a stateless session

    private void attack(StatelessSession session) {
        Class<? extends Row> type = TYPES.get(random.nextInt(TYPES.size()));
        Object key = anyKey(type);
        int way = stale == null ? random.nextInt(10) : 10 + random.nextInt(5);
        done.add("stateless way " + way + " to " + (stale == null ? type.getSimpleName() : "stale " + stale.key()));
        List<Row> rows = new ArrayList<>();
        switch (way) {
            case 10 -> fetch(session, Objects.requireNonNull(stale));
            case 11 -> session.update(Objects.requireNonNull(stale));
            case 12 -> session.upsert(Objects.requireNonNull(stale));
            case 13 -> session.delete(Objects.requireNonNull(stale));
            case 14 -> {
                Item mine = session.get(Item.class, anyKey(Item.class));
                if (mine != null && stale instanceof Item held && !held.key().equals(mine.key())) {
                    mine.take(held, random.nextInt(6));
                    session.update(mine);
                }
            }
            case 0 -> {
                Row row = session.get(type, key);
                if (row instanceof Item item && random.nextBoolean()) {
                    session.fetch(item.memos);
                    session.fetch(item.tools);
                    session.fetch(item.named);
                }
                rows.add(row);
            }
            case 1 ->
                rows.addAll(session.createSelectionQuery("from " + type.getSimpleName(), type)
                        .getResultList());
            case 2 ->
                rows.addAll(session.createNativeQuery("select * from " + type.getSimpleName(), type)
                        .getResultList());
            case 3 -> session.update(byHand(type, key));
            case 4 -> session.upsert(byHand(type, key));
            case 5 -> {
                Rank rank = random.nextBoolean() ? session.get(Rank.class, "") : new Rank();
                rank.write(rank.text + ".");
                session.update(rank);
            }
            case 6 -> {
                Note note = new Note();
                note.id = codes.isEmpty() ? note.id : codes.get(random.nextInt(codes.size()));
                note.aliases.add("planted");
                session.insert(note);
            }
            case 8 -> {
                Item item = new Item();
                item.badges.add(byHand(Badge.class, anyKey(Badge.class)));
                item.memos.add(byHand(Memo.class, anyKey(Memo.class)));
                item.tools.put(byHand(Tool.class, anyKey(Tool.class)), "planted");
                session.insert(item);
            }
            case 7 -> {
                Slip slip = new Slip();
                slip.id = (TicketId) anyKey(Item.class);
                slip.item = session.get(Item.class, anyKey(Item.class));
                slip.write("planted");
                if (random.nextBoolean()) {
                    session.upsert(slip);
                } else {
                    session.insert(slip);
                }
            }
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

    /** What the instance has already was read in another scope. */
    private void fetch(StatelessSession session, Row row) {
        if (row instanceof Item item) {
            for (Object collection : item.collections()) {
                if (!Hibernate.isInitialized(collection)) {
                    session.fetch(collection);
                    seeAll(collection);
                }
            }
        } else if (row instanceof Note note && !Hibernate.isInitialized(note.aliases)) {
            session.fetch(note.aliases);
            seeAll(note.aliases);
        } else if (row instanceof Part part && !Hibernate.isInitialized(part.item)) {
            session.fetch(part.item);
            see(Objects.requireNonNull(part.item).text());
        }
    }

    private void seeAll(Object collection) {
        if (collection instanceof Map<?, ?> map) {
            seeAll(map.keySet());
            seeAll(map.values());
        } else {
            ((Collection<?>) collection)
                    .stream()
                            .filter(Objects::nonNull)
                            .forEach(each -> see(each instanceof Row row ? row.text() : (String) each));
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + String.join("; ", done);
    }
}
