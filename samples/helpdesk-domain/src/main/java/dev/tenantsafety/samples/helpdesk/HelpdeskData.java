package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Rows of a helpdesk, from a seed: the same seed gives the same rows, in any database. */
public final class HelpdeskData {

    /** Sites that are written in one transaction. */
    private static final int BLOCK = 50;

    private static final Instant BEGIN = Instant.parse("2019-01-01T00:00:00Z");
    private static final int SECONDS_OF_THREE_YEARS = 3 * 365 * 24 * 3600;
    private static final List<String> COUNTRIES = List.of("AU", "CH", "DE", "FR", "JP", "NL", "US");
    private static final List<String> APPS = List.of("Calendar", "Time sheet", "Diagrams");
    private static final List<String> STEPS = List.of("open", "in work", "waiting", "done");
    private static final List<String> WORDS = List.of(
            "printer",
            "login",
            "invoice",
            "slow",
            "screen",
            "the",
            "for",
            "on",
            "again",
            "not",
            "mail",
            "broken",
            "report",
            "page",
            "since",
            "Monday",
            "error",
            "export",
            "mobile",
            "team",
            "new",
            "old",
            "permission");

    /** Three of a hundred sites have ten times as much as the others, and a few much more (Pareto's distribution). */
    private static final double SHAPE = 0.65;

    private static final double LEAST = 0.35;
    private static final int MOST = 40;

    private final HelpdeskSize size;

    private HelpdeskData(HelpdeskSize size) {
        this.size = size;
    }

    /** Of this size. */
    public static HelpdeskData of(HelpdeskSize size) {
        return new HelpdeskData(size);
    }

    /** Of the site with this number, from 0; the first have the legacy app. */
    public SiteId site(int number) {
        return id(SiteId.KIND, number, random(1, number));
    }

    /** All of them, by number. */
    public List<SiteId> sites() {
        return IntStream.range(0, size.sites()).mapToObj(this::site).toList();
    }

    /** Those that have the legacy app. */
    public List<SiteId> legacySites() {
        return sites().subList(0, size.legacySites());
    }

    /** To whom the site with this number belongs. */
    public TenantId customer(int site) {
        int number = customerNumber(site);
        return id(TenantId.KIND, number, random(2, number));
    }

    private int customerNumber(int site) {
        return site < size.legacySites() ? site % size.legacyCustomers() : site;
    }

    private SplittableRandom random(int what, int number) {
        return new SplittableRandom(size.seed() * 31 + what * 1_000_000_007L + number);
    }

    /** As {@link IdKind#create()} makes them: a time, the tag of the kind, and random bits. */
    private static <T extends TypedId<T>> T id(IdKind<T> kind, long second, SplittableRandom random) {
        long time = BEGIN.plusSeconds(second).toEpochMilli();
        long version = 0x8000L | kind.tag().orElseThrow();
        return kind.of(new UUID(time << 16 | version, 1L << 63 | random.nextLong() >>> 2));
    }

    /** Writes all rows into the tables that {@link Helpdesk#create} made. Returns how many. */
    public long fill(DataSource database) throws SQLException {
        try (RowWriter rows = new RowWriter(database)) {
            COUNTRIES.forEach(code -> rows.add("country", code, "Country " + code));
            rows.add("marketplace_app", Helpdesk.LEGACY_APP, true);
            APPS.forEach(app -> rows.add("marketplace_app", app, false));
            for (int number = 0; number < size.sites(); number++) {
                customer(number, rows);
                site(number, rows);
                if (number % BLOCK == BLOCK - 1) {
                    rows.flush();
                }
            }
            rows.flush();
            rows.numberFromHereOn("audit_entry");
            return rows.written();
        }
    }

    private void customer(int site, RowWriter rows) {
        if (site == customerNumber(site)) {
            rows.add("customer", customer(site).uuid(), "Customer " + site, COUNTRIES.get(site % COUNTRIES.size()));
        }
    }

    private void site(int number, RowWriter rows) {
        SplittableRandom random = random(3, number);
        UUID site = site(number).uuid();
        double uneven = Math.min(MOST, LEAST / Math.pow(1 - random.nextDouble(), SHAPE));
        int tickets = Math.max(1, (int) (size.tickets() * uneven));
        rows.add("site", site, customer(number).uuid(), "site-" + number, number % 3 == 0 ? "premium" : "standard");
        if (number < size.legacySites()) {
            app(site, Helpdesk.LEGACY_APP, rows, random);
        }
        APPS.subList(0, random.nextInt(APPS.size() + 1)).forEach(app -> app(site, app, rows, random));
        List<UUID> users = IntStream.range(0, 3 + tickets / 8)
                .mapToObj(n -> user(site, n, rows, random))
                .toList();
        List<UUID> labels = IntStream.range(0, 4)
                .mapToObj(n -> label(site, n, rows, random))
                .toList();
        int projects = 1 + tickets / 60;
        for (int n = 0; n < projects; n++) {
            new ProjectRows(site, n, users, labels, rows, random).add(tickets / projects);
        }
        for (int n = 0; n < tickets; n++) {
            rows.add(
                    "audit_entry",
                    rows.nextNumber(),
                    site,
                    "user" + n % users.size(),
                    "changed a ticket",
                    time(random));
        }
    }

    private static void app(UUID site, String app, RowWriter rows, SplittableRandom random) {
        rows.add("app_installation", id(AppId.KIND, 0, random).uuid(), site, app, time(random));
    }

    private static UUID user(UUID site, int number, RowWriter rows, SplittableRandom random) {
        UUID user = id(UserId.KIND, number, random).uuid();
        rows.add("app_user", user, site, "user" + number + "@example.com", "User " + number);
        return user;
    }

    private static UUID label(UUID site, int number, RowWriter rows, SplittableRandom random) {
        UUID label = id(LabelId.KIND, number, random).uuid();
        rows.add("label", label, site, "label-" + number);
        return label;
    }

    private static Instant time(SplittableRandom random) {
        return BEGIN.plusSeconds(random.nextInt(SECONDS_OF_THREE_YEARS));
    }

    private static String words(int count, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }

    /** One project with its board, workflow, members and tickets. */
    private record ProjectRows(
            UUID site, int number, List<UUID> users, List<UUID> labels, RowWriter rows, SplittableRandom random) {

        void add(int tickets) {
            UUID project = id(ProjectId.KIND, number, random).uuid();
            UUID board = id(BoardId.KIND, number, random).uuid();
            rows.add("project", project, site, "P" + number, words(2, random), board);
            rows.add("board", board, project, "Main board");
            List<UUID> steps = STEPS.stream()
                    .map(name -> id(StepId.KIND, number, random).uuid())
                    .toList();
            for (int n = STEPS.size() - 1; n >= 0; n--) {
                UUID next = n + 1 < STEPS.size() ? steps.get(n + 1) : null;
                rows.add("workflow_step", steps.get(n), project, STEPS.get(n), next);
            }
            users.forEach(user -> rows.add("membership", user, project, random.nextInt(4) == 0 ? "admin" : "member"));
            for (int n = 0; n < tickets; n++) {
                ticket(project, steps.get(random.nextInt(steps.size())), n);
            }
        }

        private void ticket(UUID project, UUID step, int n) {
            UUID ticket = id(TicketId.KIND, n, random).uuid();
            UUID assignee = random.nextInt(3) == 0 ? null : any(users);
            rows.add(
                    "ticket",
                    ticket,
                    project,
                    step,
                    any(users),
                    assignee,
                    n,
                    words(4, random),
                    words(20, random),
                    time(random),
                    0);
            int first = random.nextInt(labels.size());
            for (int i = 0; i < random.nextInt(3); i++) {
                rows.add("ticket_label", ticket, labels.get((first + i) % labels.size()));
            }
            for (int i = 0; i < random.nextInt(5); i++) {
                rows.add(
                        "comment",
                        id(CommentId.KIND, i, random).uuid(),
                        ticket,
                        any(users),
                        words(15, random),
                        time(random));
            }
            if (random.nextInt(5) == 0) {
                byte[] content = new byte[100 + random.nextInt(300)];
                random.nextBytes(content);
                rows.add("attachment", id(AttachmentId.KIND, n, random).uuid(), ticket, "screen.png", content);
            }
        }

        private UUID any(List<UUID> of) {
            return of.get(random.nextInt(of.size()));
        }
    }
}
