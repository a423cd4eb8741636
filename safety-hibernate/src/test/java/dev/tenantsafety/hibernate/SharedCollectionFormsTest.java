package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.JoinType;
import jakarta.persistence.criteria.Root;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of collection of an entity that is on a wider level than its elements, shared, unowned or of a tenant whose sites own those,
 * by each way of reading: only elements in the open scope are in it.
 */
@ParameterizedClass
@EnumSource(Database.class)
class SharedCollectionFormsTest extends WorldTest {

    /** What has one collection of each form. */
    interface Holder {
        Set<Part> elements(String form);

        void replace(String form);
    }

    @Entity(name = "Label")
    @Shared("reference data")
    static class Label implements Holder {
        @Id
        long id;

        @OneToMany(mappedBy = "label")
        Set<Part> mapped = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "label_linked")
        Set<Part> linked = new HashSet<>();

        @ManyToMany(mappedBy = "labels")
        Set<Part> inverse = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "label_kept")
        Set<Part> kept = new HashSet<>();

        @Override
        public Set<Part> elements(String form) {
            return switch (form) {
                case "mapped" -> mapped;
                case "linked" -> linked;
                case "inverse" -> inverse;
                default -> kept;
            };
        }

        @Override
        public void replace(String form) {
            if (form.equals("linked")) {
                linked = new HashSet<>();
            } else {
                kept = new HashSet<>();
            }
        }
    }

    @Entity(name = "Job")
    @Unowned("of nobody")
    static class Job implements Holder {
        @Id
        long id;

        @OneToMany(mappedBy = "job")
        Set<Part> mapped = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "job_linked")
        Set<Part> linked = new HashSet<>();

        @ManyToMany(mappedBy = "jobs")
        Set<Part> inverse = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "job_kept")
        Set<Part> kept = new HashSet<>();

        @Override
        public Set<Part> elements(String form) {
            return switch (form) {
                case "mapped" -> mapped;
                case "linked" -> linked;
                case "inverse" -> inverse;
                default -> kept;
            };
        }

        @Override
        public void replace(String form) {
            if (form.equals("linked")) {
                linked = new HashSet<>();
            } else {
                kept = new HashSet<>();
            }
        }
    }

    @Entity(name = "Desk")
    static class Desk implements Holder {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "desk")
        Set<Part> mapped = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "desk_linked")
        Set<Part> linked = new HashSet<>();

        @ManyToMany(mappedBy = "desks")
        Set<Part> inverse = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "desk_kept")
        Set<Part> kept = new HashSet<>();

        @Override
        public Set<Part> elements(String form) {
            return switch (form) {
                case "mapped" -> mapped;
                case "linked" -> linked;
                case "inverse" -> inverse;
                default -> kept;
            };
        }

        @Override
        public void replace(String form) {
            if (form.equals("linked")) {
                linked = new HashSet<>();
            } else {
                kept = new HashSet<>();
            }
        }
    }

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Label label;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Job job;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Desk desk;

        @ManyToMany
        @JoinTable(name = "part_labels")
        Set<Label> labels = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "part_jobs")
        Set<Job> jobs = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "part_desks")
        Set<Desk> desks = new HashSet<>();

        long amount;
    }

    private static final List<Class<? extends Holder>> HOLDERS = List.of(Label.class, Job.class, Desk.class);
    private static final List<String> FORMS = List.of("mapped", "linked", "inverse", "kept");
    private static final List<String> TABLES =
            List.of("Part", "label_linked", "job_linked", "desk_linked", "part_labels", "part_jobs", "part_desks");

    private static final long OWN = 1;

    private final SiteId berlin = SiteId.create();
    private final SiteId paris = SiteId.create();

    SharedCollectionFormsTest(Database database) {
        super(new World(database, List.of(Label.class, Job.class, Desk.class, Part.class), Map.of()));
    }

    /** The elements: in Berlin 1, in Paris 10, of B 100. */
    @BeforeEach
    void rows() {
        world.without(em -> {
            Label label = new Label();
            label.id = OWN;
            em.persist(label);
            Job job = new Job();
            job.id = OWN;
            em.persist(job);
        });
        inA(em -> {
            Desk desk = new Desk();
            desk.id = OWN;
            em.persist(desk);
        });
        at(berlin, em -> persist(em, 1, em.find(Desk.class, OWN)));
        at(paris, em -> persist(em, 10, em.find(Desk.class, OWN)));
        world.in(b, em -> persist(em, 100, null));
    }

    private static void persist(EntityManager em, long amount, @Nullable Desk desk) {
        Label label = em.find(Label.class, OWN);
        Job job = em.find(Job.class, OWN);
        Part part = new Part();
        part.id = amount;
        part.amount = amount;
        part.label = label;
        part.job = job;
        part.desk = desk;
        part.labels.add(label);
        part.jobs.add(job);
        em.persist(part);
        label.linked.add(part);
        label.kept.add(part);
        job.linked.add(part);
        job.kept.add(part);
        if (desk != null) {
            part.desks.add(desk);
            desk.linked.add(part);
            desk.kept.add(part);
        }
    }

    private void at(SiteId site, Consumer<EntityManager> work) {
        TenantScope.of(a).narrow(site).run(() -> world.without(work));
    }

    private List<String> everything() {
        return TABLES.stream()
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    private static long sum(Collection<Part> parts) {
        return parts.stream().mapToLong(part -> part.amount).sum();
    }

    private static long number(EntityManager em, String hql) {
        Number number = em.createQuery(hql, Number.class).getSingleResult();
        return number == null ? 0 : number.longValue();
    }

    /** Ways to read a collection, each of which gives the amounts of its elements. */
    private static Map<String, Way> sums() {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("load", (em, holder, form) -> sum(em.find(holder, OWN).elements(form)));
        ways.put(
                "fetch",
                (em, holder, form) ->
                        sum(em.createQuery("from " + holder.getSimpleName() + " h left join fetch h." + form, holder)
                                .getSingleResult()
                                .elements(form)));
        ways.put(
                "join",
                (em, holder, form) ->
                        number(em, "select sum(p.amount) from " + holder.getSimpleName() + " h join h." + form + " p"));
        ways.put(
                "subquery",
                (em, holder, form) -> number(
                        em,
                        "select (select sum(p.amount) from h." + form + " p) from " + holder.getSimpleName() + " h"));
        ways.put("Criteria join", (em, holder, form) -> {
            CriteriaBuilder builder = em.getCriteriaBuilder();
            CriteriaQuery<Long> query = builder.createQuery(Long.class);
            Root<? extends Holder> root = query.from(holder);
            query.select(builder.sum(root.<Holder, Part>join(form).<Long>get("amount")));
            Long sum = em.createQuery(query).getSingleResult();
            return sum == null ? 0 : sum;
        });
        ways.put("Criteria fetch", (em, holder, form) -> sum(criteriaFetch(em, holder, form)));
        return ways;
    }

    private static <H extends Holder> Set<Part> criteriaFetch(EntityManager em, Class<H> holder, String form) {
        CriteriaQuery<H> query = em.getCriteriaBuilder().createQuery(holder);
        query.from(holder).fetch(form, JoinType.LEFT);
        return em.createQuery(query).getSingleResult().elements(form);
    }

    /** The same, each of which gives how many there are. */
    private static Map<String, Way> counts() {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put(
                "size",
                (em, holder, form) -> number(em, "select size(h." + form + ") from " + holder.getSimpleName() + " h"));
        ways.put(
                "Hibernate.size",
                (em, holder, form) -> Hibernate.size(em.find(holder, OWN).elements(form)));
        ways.put("Criteria size", (em, holder, form) -> {
            CriteriaBuilder builder = em.getCriteriaBuilder();
            CriteriaQuery<Integer> query = builder.createQuery(Integer.class);
            query.select(builder.size(query.from(holder).<Collection<Part>>get(form)));
            return em.createQuery(query).getSingleResult();
        });
        ways.put(
                "exists elements",
                (em, holder, form) -> number(
                        em,
                        "select count(h) from " + holder.getSimpleName() + " h where exists elements(h." + form + ")"));
        ways.put(
                "exists subquery",
                (em, holder, form) -> number(
                        em,
                        "select count(h) from " + holder.getSimpleName() + " h where exists (select 1 from h." + form
                                + " p)"));
        ways.put(
                "is not empty",
                (em, holder, form) -> number(
                        em, "select count(h) from " + holder.getSimpleName() + " h where h." + form + " is not empty"));
        ways.put(
                "member of",
                (em, holder, form) -> number(
                        em,
                        "select count(h) from " + holder.getSimpleName() + " h, Part p where p member of h." + form));
        return ways;
    }

    interface Way {
        long read(EntityManager em, Class<? extends Holder> holder, String form);
    }

    private static List<String> wrong(
            EntityManager em, Map<String, Way> ways, List<Class<? extends Holder>> holders, long right) {
        List<String> wrong = new ArrayList<>();
        for (Class<? extends Holder> holder : holders) {
            for (String form : FORMS) {
                ways.forEach((name, way) -> {
                    em.clear();
                    long read = way.read(em, holder, form);
                    if (read != right) {
                        wrong.add(name + " of " + holder.getSimpleName() + "." + form + ": " + read);
                    }
                });
            }
        }
        return wrong;
    }

    @Test
    void eachSeesWhatIsInScope() {
        at(berlin, em -> {
            assertThat(wrong(em, sums(), HOLDERS, 1)).isEmpty();
            assertThat(wrong(em, counts(), HOLDERS, 1)).isEmpty();
        });
        at(paris, em -> assertThat(wrong(em, sums(), HOLDERS, 10)).isEmpty());
        inA(em -> assertThat(wrong(em, sums(), HOLDERS, 11)).isEmpty());
        world.in(b, em -> assertThat(wrong(em, sums(), List.of(Label.class, Job.class), 100))
                .isEmpty());
        // where nothing is in scope, also what asks whether there is anything at all says no
        at(SiteId.create(), em -> {
            assertThat(wrong(em, sums(), HOLDERS, 0)).isEmpty();
            assertThat(wrong(em, counts(), HOLDERS, 0)).isEmpty();
        });
        world.in(TenantId.create(), em -> {
            assertThat(wrong(em, sums(), List.of(Label.class, Job.class), 0)).isEmpty();
            assertThat(wrong(em, counts(), List.of(Label.class, Job.class), 0)).isEmpty();
        });
    }

    @Test
    void nobodyIsRefused() {
        Map<String, Way> ways = new LinkedHashMap<>(sums());
        ways.putAll(counts());
        List<String> read = new ArrayList<>();
        for (Class<? extends Holder> holder : List.of(Label.class, Job.class)) {
            for (String form : FORMS) {
                ways.forEach((name, way) -> {
                    Throwable thrown = catchThrowable(() -> world.without(em -> way.read(em, holder, form)));
                    if (causes(thrown).stream().noneMatch(NoTenantScopeException.class::isInstance)) {
                        read.add(name + " of " + holder.getSimpleName() + "." + form + ": " + thrown);
                    }
                });
                Throwable thrown = catchThrowable(() -> World.stateless(
                        world.safe,
                        session -> session.fetch(session.get(holder, OWN).elements(form))));
                if (causes(thrown).stream().noneMatch(NoTenantScopeException.class::isInstance)) {
                    read.add("stateless fetch of " + holder.getSimpleName() + "." + form + ": " + thrown);
                }
            }
        }
        assertThat(read).isEmpty();
        for (Class<? extends Holder> holder : HOLDERS) {
            for (String form : FORMS) {
                TenantScope.of(a)
                        .narrow(berlin)
                        .run(() -> World.stateless(world.safe, session -> {
                            Holder fetched = session.get(holder, OWN);
                            session.fetch(fetched.elements(form));
                            Holder joined = session.createSelectionQuery(
                                            "from " + holder.getSimpleName() + " h left join fetch h." + form, holder)
                                    .getSingleResult();
                            assertThat(List.of(sum(fetched.elements(form)), sum(joined.elements(form))))
                                    .as(holder.getSimpleName() + "." + form)
                                    .containsExactly(1L, 1L);
                        }));
            }
        }
    }

    /** Each link of others is there after it: those that are cut, and those that go with a row that is deleted, are the scope's. */
    @Test
    void whatIsCutAndRemovedIsInScope() {
        for (Class<? extends Holder> holder : HOLDERS) {
            List<String> ofOthers = ofOthers();
            at(berlin, em -> {
                Holder own = em.find(holder, OWN);
                own.elements("linked").clear();
                own.elements("kept").clear();
            });
            assertThat(ofOthers()).as(holder.getSimpleName()).isEqualTo(ofOthers);
        }
        List<String> ofOthers = ofOthers();
        at(berlin, em -> List.copyOf(em.find(Label.class, OWN).mapped).forEach(em::remove));
        assertThat(ofOthers()).isEqualTo(ofOthers);
        assertThat(world.count("Part")).isEqualTo(2);
    }

    private List<String> ofOthers() {
        return everything().stream()
                .filter(row -> !row.contains(berlin.uuid().toString()) && !row.endsWith(": 1 | 1 | "))
                .toList();
    }

    @Test
    void replacingWhatOthersHavePartOfIsRefused() {
        List<String> rows = everything();
        List<String> written = new ArrayList<>();
        for (Class<? extends Holder> holder : HOLDERS) {
            for (String form : List.of("linked", "kept")) {
                Throwable thrown = catchThrowable(() -> at(berlin, em -> {
                    Holder own = em.find(holder, OWN);
                    own.replace(form);
                }));
                if (causes(thrown).stream().noneMatch(ForeignRowException.class::isInstance)) {
                    written.add(holder.getSimpleName() + "." + form + ": " + thrown);
                }
                assertThat(everything()).isEqualTo(rows);
            }
        }
        assertThat(written).isEmpty();
    }
}
