package dev.tenantsafety.benchmarks.transfer;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipRules;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tables that tenants share.
 *
 * @param all in the order of their foreign keys
 */
record Tables(List<Table> all) {

    static final String LARGE = "entry";

    /** Fifteen, one of them large. */
    static final Tables ONE_LARGE = new Tables(List.of(
            new Table("tenant", "", ""),
            new Table("member", "tenant", ""),
            new Table("team", "tenant", ""),
            new Table("project", "tenant", ""),
            new Table("label", "tenant", ""),
            new Table("invoice", "tenant", ""),
            new Table("invoice_line", "invoice", ""),
            new Table("team_seat", "team", "member"),
            new Table("board", "project", ""),
            new Table("lane", "board", ""),
            new Table("card", "lane", ""),
            new Table("card_label", "card", "label"),
            new Table("remark", "card", ""),
            new Table("attachment", "remark", ""),
            new Table(LARGE, "tenant", "project")));

    /** A hundred and twenty beside that of the tenants, a third of which the units use: of each three, two are owned through the one before. */
    static final Tables WIDE = new Tables(Stream.concat(
                    Stream.of(new Table("tenant", "", "")),
                    IntStream.range(0, 40).boxed().flatMap(i -> {
                        String name = "thing_" + i;
                        boolean isOfOthers = i % 3 != 0;
                        return Stream.of(
                                new Table(name, "tenant", "", isOfOthers),
                                new Table(name + "_line", name, "", isOfOthers),
                                new Table(name + "_note", name + "_line", name, isOfOthers));
                    }))
            .toList());

    /**
     * A table.
     *
     * @param name its name
     * @param parent the table through which its rows are owned, or nothing
     * @param other another at which its rows point, or nothing
     * @param isOfOthers whether the units have no rows there
     */
    record Table(String name, String parent, String other, boolean isOfOthers) {

        Table(String name, String parent, String other) {
            this(name, parent, other, false);
        }

        boolean isLarge() {
            return name.equals(LARGE);
        }

        boolean isRoot() {
            return parent.isEmpty();
        }
    }

    static OwnershipRules rules(OwnershipRules rules) {
        return rules.root("tenant", TenantId.KIND)
                .ownedByColumn("tenant_id", TenantId.KIND)
                .ownedThroughForeignKeys();
    }

    List<String> create() {
        List<String> all = new ArrayList<>();
        all.add("create table tenant (id uuid primary key, number int not null, name text not null)");
        for (Table table : this.all) {
            if (table.isLarge()) {
                all.addAll(createLarge());
            } else if (!table.isRoot()) {
                all.addAll(createSmall(table));
            }
        }
        return all;
    }

    private static List<String> createLarge() {
        List<String> all = new ArrayList<>();
        all.add("create table entry (id bigint primary key, tenant_id uuid not null, project_id bigint not null"
                + " references project, ref uuid not null unique, title text not null, amount numeric(12, 2) not null,"
                + " state text not null, data jsonb not null, made_at timestamptz not null, note text)");
        all.add("create index entry_tenant on entry (tenant_id, id)");
        all.add("create index entry_project on entry (project_id)");
        return all;
    }

    private static List<String> createSmall(Table table) {
        List<String> all = new ArrayList<>();
        String type = table.parent().equals("tenant") ? "uuid" : "bigint";
        String other =
                table.other().isEmpty() ? "" : table.other() + "_id bigint not null references " + table.other() + ", ";
        all.add("create table " + table.name() + " (id bigint primary key, " + table.parent() + "_id " + type
                + " not null references " + table.parent() + ", " + other
                + "name text not null, at timestamptz not null)");
        all.add("create index on " + table.name() + " (" + table.parent() + "_id)");
        if (!other.isEmpty()) {
            all.add("create index on " + table.name() + " (" + table.other() + "_id)");
        }
        return all;
    }

    /** Row i is of tenant number i % tenants: so the rows of all stand between each other. */
    List<String> fill(Sizes sizes) {
        List<String> all = new ArrayList<>();
        for (Table table : this.all) {
            if (table.isLarge()) {
                all.add(fillLarge(sizes));
            } else if (!table.isRoot()) {
                all.add(fillSmall(table, sizes));
            }
        }
        return all;
    }

    private static String fillSmall(Table table, Sizes sizes) {
        String parent = table.parent().equals("tenant") ? "t.id" : "i + 1";
        return "insert into " + table.name() + " select i + 1, " + parent
                + (table.other().isEmpty() ? "" : ", i + 1")
                + ", '" + table.name() + " number ' || i, timestamptz '2026-01-01 00:00Z' + i * interval '1 s'"
                + each(sizes, sizes.others(), table.isOfOthers() ? sizes.units() : 0);
    }

    /** About 280 bytes a row, as text. */
    private static String fillLarge(Sizes sizes) {
        return "insert into entry select i + 1, t.id, (i / " + sizes.tenants() + ") % " + sizes.others() + " * "
                + sizes.tenants() + " + i % " + sizes.tenants() + " + 1, gen_random_uuid(), 'Entry ' || i || ' of all"
                + " that they share', i % 100000 / 7.0, 'open', ('{\"kind\": \"import\", \"tags\": [\"a\", \"b\"],"
                + " \"number\": ' || i || '}')::jsonb, timestamptz '2026-01-01 00:00Z' + i * interval '1.001 s',"
                + " md5(i::text) || md5(i::text)" + each(sizes, sizes.entries(), 0);
    }

    private static String each(Sizes sizes, int rows, int firstTenant) {
        return " from generate_series(0, " + ((long) rows * sizes.tenants() - 1)
                + "::bigint) i join tenant t on t.number = i % " + sizes.tenants() + " where t.number >= " + firstTenant
                + " order by i";
    }

    private String owned(Table table, List<TenantId> tenants) {
        if (table.isRoot() || table.parent().equals("tenant")) {
            String ids = tenants.stream().map(id -> "'" + id.uuid() + "'").collect(Collectors.joining(", "));
            return (table.isRoot() ? "id" : "tenant_id") + " in (" + ids + ")";
        }
        Table parent = all.stream()
                .filter(one -> one.name().equals(table.parent()))
                .findFirst()
                .orElseThrow();
        return parent.name() + "_id in (select id from " + parent.name() + " where " + owned(parent, tenants) + ")";
    }

    /** Those in which the units have rows. */
    List<Table> used() {
        return all.stream().filter(table -> !table.isOfOthers()).toList();
    }

    String copyOut(Table table, List<TenantId> tenants) {
        return "copy (select * from " + table.name() + " where " + owned(table, tenants) + " order by id) to stdout";
    }

    static String copyIn(Table table) {
        return "copy " + table.name() + " from stdin";
    }

    /** In the order in which nothing is left pointing nowhere. */
    List<String> delete(List<TenantId> tenants) {
        List<String> all = new ArrayList<>();
        for (int i = this.all.size() - 1; i >= 0; i--) {
            all.add("delete from " + this.all.get(i).name() + " where " + owned(this.all.get(i), tenants));
        }
        return all;
    }
}
