package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.FamilyWorld.Clan;
import dev.tenantsafety.hibernate.FamilyWorld.Crest;
import dev.tenantsafety.hibernate.FamilyWorld.Deed;
import dev.tenantsafety.hibernate.FamilyWorld.Kin;
import dev.tenantsafety.hibernate.FamilyWorld.Row;
import dev.tenantsafety.hibernate.FamilyWorld.Saga;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.StatelessSessionBuilder;
import org.hibernate.audit.AuditLog;
import org.hibernate.audit.AuditLogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One random program on the families of {@link FamilyWorld}, run by Hibernate alone and with us: what it reads, and what is alive
 * afterwards, is the same, and one call gives back all that it removed. Then three who know the keys of another tenant try to reach its rows.
 */
public final class FamilyHistory {

    private static final int CLANS = 3;
    private static final int CHILDREN = 2;

    private final World world;
    private final long seed;
    private final TenantId tenant = TenantId.create();
    private final TenantId other = TenantId.create();
    private final List<Step> steps = new ArrayList<>();

    /** Whether the first clan lost its crest earlier. */
    private final boolean isBare;

    private final List<String> read = new ArrayList<>();

    /** What a run ended with; null if it did what it was to do. */
    private @Nullable RuntimeException failure;

    /** What a step does; the numbers say of which rows. */
    private enum Act {
        HAND_ON,
        REMOVE_CLAN,
        REMOVE_CHILD,
        REMOVE_AND_CLEAR,
        REPLACE_CREST,
        DROP_CREST,
        READ_CREST,
        FLUSH
    }

    private record Step(Act what, int from, int to) {}

    private FamilyHistory(World world, long seed) {
        this.world = world;
        this.seed = seed;
        Random random = new Random(seed);
        isBare = random.nextBoolean();
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            Act what = Act.values()[random.nextInt(Act.values().length)];
            steps.add(new Step(what, random.nextInt(CLANS), random.nextInt(CLANS)));
        }
    }

    public static void play(long seed, World world) {
        new FamilyHistory(world, seed).play();
    }

    private void play() {
        fill();
        boolean isMeanwhile = seed % 4 == 0;
        String alone = outcome(world.plain(), isMeanwhile, new ArrayList<>());
        // what Hibernate alone cannot do is no program; and of enhanced instances it loses to whom they were handed
        boolean isProgram = (failure == null || isMeanwhile)
                && !(Boolean.getBoolean("tests.enhanced")
                        && steps.stream().anyMatch(step -> step.what() == Act.HAND_ON));
        FamilyWorld.empty(world);
        fill();
        List<String> others = rows(other);
        List<DeletionId> deletions = new ArrayList<>();
        String ours = TenantScope.of(tenant).call(() -> outcome(world.safe, isMeanwhile, deletions));
        if (isProgram) {
            assertThat(ours).as("%s", this).isEqualTo(alone);
        }
        deletions.forEach(this::undo);
        attack();
        assertThat(rows(other)).as("rows of others, %s", this).isEqualTo(others);
        FamilyWorld.empty(world);
    }

    // The rows

    private void fill() {
        World.transaction(world.plain(), em -> {
            fill(em, tenant, "mine");
            fill(em, other, "theirs");
            return true;
        });
    }

    private static void fill(EntityManager em, TenantId owner, String name) {
        for (int i = 0; i < CLANS; i++) {
            Clan clan = of(owner, new Clan(), name + i);
            for (int j = 0; j < CHILDREN; j++) {
                clan.takeIn(of(owner, new Kin(), name + i + "child" + j));
            }
            clan.bear(of(owner, new Crest(), name + i + "crest"));
            em.persist(clan);
        }
        em.persist(of(owner, new Kin(), name + " without clan"));
        Saga saga = new Saga();
        saga.id = name;
        saga.tenant = owner;
        em.persist(saga);
        Deed deed = new Deed();
        deed.id = name;
        deed.saga = saga;
        em.persist(deed);
    }

    private static <R extends Row> R of(TenantId owner, R row, String id) {
        row.id = id;
        row.tenant = owner;
        return row;
    }

    private List<String> rows(TenantId owner) {
        return Stream.of("Clan", "Kin", "Crest")
                .flatMap(table ->
                        world.rows("select * from " + table + " where tenant = '" + owner.uuid() + "'").stream())
                .toList();
    }

    private List<String> alive() {
        List<String> alive = new ArrayList<>(
                world.rows("select id from Clan where deleted_at is null and tenant = '" + tenant.uuid() + "'"));
        for (String table : List.of("Kin", "Crest")) {
            alive.addAll(world.rows("select id, clan_id from " + table + " where deleted_at is null and tenant = '"
                    + tenant.uuid() + "'"));
        }
        return alive;
    }

    // The program

    /** What was read, and what is alive at the end; that it was refused, if so. */
    private String outcome(EntityManagerFactory factory, boolean isMeanwhile, List<DeletionId> deletions) {
        read.clear();
        failure = null;
        if (isBare) {
            World.transaction(factory, em -> {
                em.remove(em.find(Crest.class, "mine0crest"));
                return true;
            });
        }
        try {
            World.transaction(factory, em -> {
                if (isMeanwhile) {
                    lockWhatOthersRemove(factory, em);
                }
                if (factory == world.safe) {
                    deletions.add(Deletions.of(em).because("test", () -> run(em)));
                } else {
                    run(em);
                }
                return true;
            });
        } catch (RuntimeException e) {
            deletions.clear();
            read.clear();
            failure = e;
        }
        return (failure == null ? "done " : "refused ") + read + " " + alive();
    }

    /** A row that was read, and that another has removed since. */
    private void lockWhatOthersRemove(EntityManagerFactory factory, EntityManager em) {
        Kin held = em.find(Kin.class, "mine0child0");
        World.transaction(factory, another -> {
            another.remove(another.find(Kin.class, held.id));
            return true;
        });
        em.lock(held, LockModeType.PESSIMISTIC_WRITE);
    }

    private void run(EntityManager em) {
        for (Step step : steps) {
            Clan from = em.find(Clan.class, "mine" + step.from());
            Clan to = em.find(Clan.class, "mine" + step.to());
            if (from != null && to != null) {
                run(em, step, from, to);
            }
        }
        em.flush();
    }

    private void run(EntityManager em, Step step, Clan from, Clan to) {
        switch (step.what()) {
            case HAND_ON -> {
                for (Kin child : List.copyOf(from.kin)) {
                    from.kin.remove(child);
                    to.takeIn(child);
                }
            }
            case REMOVE_CLAN -> em.remove(from);
            case REMOVE_CHILD ->
                from.kin.stream().limit(1).toList().forEach(child -> {
                    from.kin.remove(child);
                    em.remove(child);
                });
            case REMOVE_AND_CLEAR -> {
                Kin alone = em.find(Kin.class, "mine without clan");
                if (alone != null) {
                    em.remove(alone);
                    alone.clearTombstone();
                }
            }
            case REPLACE_CREST -> from.bear(of(tenant, new Crest(), from.id + "crest of step " + steps.indexOf(step)));
            case DROP_CREST -> from.bear(null);
            case READ_CREST -> read.add(from.crest == null ? "no crest" : from.crest.id);
            default -> em.flush();
        }
    }

    // What was removed comes back

    private void undo(DeletionId deletion) {
        List<String> marked = new ArrayList<>();
        for (String table : List.of("Clan", "Kin", "Crest")) {
            marked.addAll(world.rows("select id from " + table + " where deletion_id = '" + deletion.uuid() + "'"));
        }
        try {
            world.in(tenant, em -> Deletions.of(em).undo(deletion));
        } catch (UndoRefusedException e) { // a clan has another crest now
            assertThat(steps).as("%s, %s", e, this).anyMatch(step -> step.what() == Act.REPLACE_CREST);
            return;
        }
        List<String> alive = alive();
        assertThat(marked).as("what came back, %s", this).allMatch(id -> alive.stream()
                .anyMatch(row -> row.startsWith(id)));
    }

    // Others

    private void attack() {
        Random random = new Random(seed);
        attempt(() -> stateless(random.nextInt(3), new Stamp("tenant", other)));
        attempt(() -> stateless(random.nextInt(3), new Stamp("clan", of(other, new Clan(), "theirs0"))));
        assertThat(world.rows("select k.id from Kin k join Clan c on c.id = k.clan_id where k.tenant <> c.tenant"))
                .as("children of others' clans, %s", this)
                .isEmpty();
        attempt(() -> TenantScope.of(tenant)
                .run(() -> world.without(em -> {
                    try (AuditLog log = AuditLogFactory.create(em)) {
                        Deed deed = log.find(
                                Deed.class, "theirs", (Object) Instant.now().plusSeconds(5));
                        assertThat(deed)
                                .as("a deed of others as it was, %s", this)
                                .isNull();
                    }
                })));
    }

    private static void attempt(Runnable attack) {
        try {
            attack.run();
        } catch (TenantSafetyException e) {
            // as it should be
        }
    }

    private void stateless(int way, Stamp stamp) {
        Consumer<StatelessSession> work =
                switch (way) {
                    case 0 -> session -> session.insert(of(tenant, new Kin(), "planted"));
                    case 1 ->
                        session -> Optional.ofNullable(session.get(Kin.class, "mine1child1"))
                                .ifPresent(session::update);
                    default -> session -> session.upsert(of(tenant, new Kin(), "planted"));
                };
        TenantScope.of(tenant).run(() -> {
            StatelessSessionBuilder builder =
                    world.safe.unwrap(SessionFactory.class).withStatelessOptions();
            builder.interceptor(stamp);
            try (StatelessSession session = builder.openStatelessSession()) {
                session.beginTransaction();
                try {
                    work.accept(session);
                    session.getTransaction().commit();
                } catch (RuntimeException e) {
                    session.getTransaction().rollback();
                    throw e;
                }
            }
        });
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "seed %d: %s, %s", seed, steps, failure);
    }
}
