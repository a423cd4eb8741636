package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Basic;
import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.SQLInsert;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A column of an owner, a path, a tombstone or a version is written by the attribute that is looked at, and by nothing else. */
class WrittenColumnsTest {

    private static final String PATH =
            " is declared as path to the owner (@OwnedThrough), but its column project_id is ";
    private static final String OWNER = " is declared as owner (@OwnedBy), but its column tenant is ";

    @MappedSuperclass
    abstract static class Keyed {
        @Id
        LabelId id = LabelId.create();
    }

    @Entity(name = "Project")
    static class Project {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @MappedSuperclass
    abstract static class ReadOnlyPath extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "project_id", insertable = false, updatable = false)
        @Nullable
        Project project;
    }

    @MappedSuperclass
    abstract static class Path extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "project_id")
        @Nullable
        Project project;
    }

    @MappedSuperclass
    abstract static class Owned extends Keyed {
        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    // ---- beside a path

    @Entity(name = "ById")
    @OwnedThrough("project")
    static class ById extends ReadOnlyPath {
        @Column(name = "project_id")
        @Nullable
        ProjectId projectId;
    }

    @Entity(name = "ByCase")
    @OwnedThrough("project")
    static class ByCase extends ReadOnlyPath {
        @Column(name = "PROJECT_ID")
        @Nullable
        UUID projectId;
    }

    @Entity(name = "ByQuotes")
    @OwnedThrough("project")
    static class ByQuotes extends ReadOnlyPath {
        @Column(name = "\"PROJECT_ID\"")
        @Nullable
        UUID projectId;
    }

    @Entity(name = "ByBoth")
    @OwnedThrough("project")
    static class ByBoth extends Path {
        @Column(name = "\"PROJECT_ID\"")
        @Nullable
        UUID projectId;
    }

    @Embeddable
    static class Place {
        @Column(name = "place")
        @Nullable
        UUID projectId;
    }

    @Entity(name = "ByEmbeddable")
    @OwnedThrough("project")
    static class ByEmbeddable extends ReadOnlyPath {
        @Embedded
        @AttributeOverride(name = "projectId", column = @Column(name = "project_id"))
        Place place = new Place();
    }

    @Entity(name = "ByReference")
    @OwnedThrough("project")
    static class ByReference extends ReadOnlyPath {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "project_id")
        @Nullable
        Project other;
    }

    @Entity(name = "Single")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    @OwnedThrough("project")
    static class Single extends ReadOnlyPath {}

    @Entity(name = "SingleSub")
    static class SingleSub extends Single {
        @Column(name = "project_id")
        @Nullable
        UUID projectId;
    }

    @Entity(name = "Union")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    @OwnedThrough("project")
    abstract static class Union extends ReadOnlyPath {}

    @Entity(name = "UnionSub")
    static class UnionSub extends Union {
        @Column(name = "project_id")
        @Nullable
        UUID projectId;
    }

    @Entity(name = "ByNobody")
    @OwnedThrough("project")
    static class ByNobody extends ReadOnlyPath {}

    @Test
    void anIdBesideAReadOnlyPathIsRefused() {
        assertThat(StartUp.problems(Project.class, ById.class))
                .containsExactly(
                        "ById.project" + PATH + "written by ById.projectId, which is not checked. Make "
                                + "ById.projectId read-only (insertable = false, updatable = false), and ById.project writable.");
        assertThat(StartUp.problems(Project.class, ByCase.class))
                .singleElement()
                .asString()
                .contains("ByCase.projectId,");
        assertThat(StartUp.problems(Project.class, ByQuotes.class))
                .singleElement()
                .asString()
                .contains("ByQuotes.projectId,");
        assertThat(StartUp.problems(Project.class, ByBoth.class))
                .containsExactly(
                        "ByBoth.project" + PATH + "also written by ByBoth.projectId, which is not checked. Make "
                                + "ByBoth.projectId read-only (insertable = false, updatable = false).");
        assertThat(StartUp.problems(Project.class, ByEmbeddable.class))
                .singleElement()
                .asString()
                .contains("written by ByEmbeddable.place.projectId,");
        assertThat(StartUp.problems(Project.class, ByReference.class))
                .singleElement()
                .asString()
                .contains("ByReference.other,");
        assertThat(StartUp.problems(Project.class, Single.class, SingleSub.class))
                .singleElement()
                .asString()
                .contains("written by SingleSub.projectId,");
        assertThat(StartUp.problems(Project.class, Union.class, UnionSub.class))
                .singleElement()
                .asString()
                .contains("written by UnionSub.projectId,");
        assertThat(StartUp.problems(Project.class, ByNobody.class))
                .containsExactly(
                        "ByNobody.project is declared as path to the owner (@OwnedThrough), but is read-only, so "
                                + "nothing checks what its column project_id gets. Remove insertable = false and updatable = false.");
    }

    @Entity(name = "Reading")
    @OwnedThrough("project")
    static class Reading extends Path {
        @Column(name = "project_id", insertable = false, updatable = false)
        @Nullable
        ProjectId projectId;

        @Column(name = "deleted_at", insertable = false, updatable = false)
        @Nullable
        Instant since;
    }

    @Entity(name = "Membership")
    @OwnedThrough("project")
    static class Membership {
        record MembershipKey(
                @Column(name = "project_id") ProjectId project,
                @Column(name = "user_id") UUID user) {}

        @EmbeddedId
        @Nullable
        MembershipKey key;

        @MapsId("project")
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "project_id")
        @Nullable
        Project project;
    }

    @Entity(name = "Details")
    @OwnedThrough("project")
    static class Details {
        @Id
        @Nullable
        ProjectId id;

        @MapsId
        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Project project;
    }

    @Entity(name = "Unchanging")
    static class Unchanging extends Keyed {
        @OwnedBy
        @Column(updatable = false)
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "project_id", insertable = false, updatable = false)
        @Nullable
        Project reading;

        @Column(name = "project_id")
        @Nullable
        ProjectId projectId;
    }

    @Test
    void whatOnlyReadsIsAccepted() {
        assertThat(StartUp.problems(Project.class, Reading.class, Membership.class, Details.class, Unchanging.class))
                .isEmpty();
    }

    // ---- beside an owner

    @Entity(name = "RawOwner")
    static class RawOwner extends Keyed {
        @OwnedBy
        @Column(name = "tenant", insertable = false, updatable = false)
        @Nullable
        TenantId tenant;

        @Column(name = "tenant")
        @Nullable
        UUID orgNumber;
    }

    @Entity(name = "KeyedOwner")
    static class KeyedOwner {
        record OwnerKey(UUID tenant, long number) {}

        @EmbeddedId
        @Nullable
        OwnerKey key;

        @OwnedBy
        @Column(name = "tenant", insertable = false, updatable = false)
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "FormulaOwner")
    static class FormulaOwner extends Keyed {
        @OwnedBy
        @Formula("tenant")
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "LazyOwner")
    static class LazyOwner extends Keyed {
        @OwnedBy
        @Basic(fetch = FetchType.LAZY)
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "TextOwner")
    static class TextOwner extends Keyed {
        @OwnedBy
        @JdbcTypeCode(SqlTypes.CHAR)
        @Nullable
        TenantId tenant;
    }

    @Converter
    static class AsText implements AttributeConverter<TenantId, String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable TenantId id) {
            return id == null ? null : id.toString();
        }

        @Override
        public @Nullable TenantId convertToEntityAttribute(@Nullable String text) {
            return text == null ? null : TenantId.parse(text);
        }
    }

    @Entity(name = "ConvertedOwner")
    static class ConvertedOwner extends Keyed {
        @OwnedBy
        @Convert(converter = AsText.class)
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "TransformedOwner")
    static class TransformedOwner extends Keyed {
        @OwnedBy
        @ColumnTransformer(write = "coalesce(?, null)")
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Discriminated")
    @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
    @DiscriminatorColumn(name = "tenant")
    static class Discriminated extends Keyed {
        @OwnedBy
        @Column(insertable = false, updatable = false)
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Elsewhere")
    @SecondaryTable(name = "elsewhere_more")
    static class Elsewhere extends Keyed {
        @OwnedBy
        @Column(table = "elsewhere_more")
        @Nullable
        TenantId tenant;
    }

    @Test
    void anotherAttributeBesideAReadOnlyOwnerIsRefused() {
        assertThat(StartUp.problems(RawOwner.class))
                .containsExactly(
                        "RawOwner.tenant" + OWNER + "written by RawOwner.orgNumber, which is not checked. Make "
                                + "RawOwner.orgNumber read-only (insertable = false, updatable = false), and RawOwner.tenant writable.");
        assertThat(StartUp.problems(KeyedOwner.class))
                .containsExactly(
                        "KeyedOwner.tenant" + OWNER + "written by KeyedOwner.key.tenant, which is not checked. Give "
                                + "KeyedOwner.tenant a column of its own, or add a @MapsId to-one attribute that leads to the owner and "
                                + "name it in @OwnedThrough.");
        assertThat(StartUp.problems(FormulaOwner.class))
                .anyMatch(problem ->
                        problem.startsWith("FormulaOwner.tenant is declared as owner, but has no column (@Formula)"));
        for (Class<?> owned : List.of(TextOwner.class, ConvertedOwner.class)) {
            assertThat(StartUp.problems(owned))
                    .as(owned.getSimpleName())
                    .singleElement()
                    .asString()
                    .startsWith(owned.getSimpleName()
                            + ".tenant is declared as owner, but is stored in another way than its kind, as ");
        }
        assertThat(StartUp.problems(LazyOwner.class))
                .containsExactly(
                        "LazyOwner.tenant is declared as owner, but is read when it is asked for, and a row must say whose it is. "
                                + "Take the FetchType.LAZY off.");
        assertThat(StartUp.problems(TransformedOwner.class))
                .singleElement()
                .asString()
                .contains("(@ColumnTransformer)");
        assertThat(StartUp.problems(Discriminated.class))
                .singleElement()
                .asString()
                .contains("(discriminator)");
        assertThat(StartUp.problems(Elsewhere.class))
                .containsExactly("Elsewhere.tenant is declared as owner (@OwnedBy) and mapped to the secondary table "
                        + "elsewhere_more. Map it to the entity's own table, Elsewhere.");
    }

    // ---- tombstones and versions

    @MappedSuperclass
    abstract static class Marked extends Owned implements SoftDeletable {
        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "TombstoneByHand")
    static class TombstoneByHand extends Owned implements SoftDeletable {
        @Embedded
        @AttributeOverride(
                name = "deletedAt",
                column = @Column(name = "deleted_at", insertable = false, updatable = false))
        @Nullable
        Tombstone tombstone;

        @Column(name = "deleted_at")
        @Nullable
        Instant deletedAt;
    }

    @Entity(name = "TombstoneThatStays")
    static class TombstoneThatStays extends Owned implements SoftDeletable {
        @Embedded
        @AttributeOverride(name = "deletionId", column = @Column(name = "deletion_id", updatable = false))
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "TombstoneElsewhere")
    @SecondaryTable(name = "bin")
    static class TombstoneElsewhere extends Owned implements SoftDeletable {
        @Embedded
        @AttributeOverride(name = "deletedAt", column = @Column(name = "deleted_at", table = "bin"))
        @AttributeOverride(name = "deletedBy", column = @Column(name = "deleted_by", table = "bin"))
        @AttributeOverride(name = "deletionId", column = @Column(name = "deletion_id", table = "bin"))
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "TombstoneTwice")
    static class TombstoneTwice extends Marked {
        @Column(name = "\"DELETION_ID\"")
        @Nullable
        DeletionId again;
    }

    @Entity(name = "VersionTwice")
    static class VersionTwice extends Owned {
        @Version
        @Column(name = "version")
        long version;

        @Column(name = "\"VERSION\"")
        long again;
    }

    @Test
    void tombstonesAndVersionsAreWrittenByThemselves() {
        assertThat(StartUp.problems(TombstoneByHand.class))
                .singleElement()
                .asString()
                .startsWith(
                        "TombstoneByHand.tombstone is declared as Tombstone, but its column deleted_at is written by "
                                + "TombstoneByHand.deletedAt");
        assertThat(StartUp.problems(TombstoneThatStays.class))
                .singleElement()
                .asString()
                .contains("column deletion_id gets");
        assertThat(StartUp.problems(TombstoneElsewhere.class))
                .singleElement()
                .asString()
                .contains("secondary table bin");
        assertThat(StartUp.problems(TombstoneTwice.class))
                .singleElement()
                .asString()
                .contains("TombstoneTwice.again");
        assertThat(StartUp.problems(VersionTwice.class))
                .singleElement()
                .asString()
                .startsWith(
                        "VersionTwice.version is declared as version, but its column version is also written by VersionTwice.again");
    }

    // ---- collections

    @Entity(name = "Board")
    static class Board extends Owned {
        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinColumn(name = "board_id")
        Set<Card> cards = new HashSet<>();
    }

    @Entity(name = "Card")
    @OwnedThrough("board")
    static class Card extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "board_id", insertable = false, updatable = false)
        @Nullable
        Board board;
    }

    @Entity(name = "Desk")
    static class Desk extends Owned {
        @OneToMany
        @JoinColumn(name = "desk_id", nullable = false, updatable = false)
        Set<Drawer> drawers = new HashSet<>();
    }

    @Entity(name = "Drawer")
    @OwnedThrough("desk")
    static class Drawer extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "desk_id", nullable = false, updatable = false)
        @Nullable
        Desk desk;
    }

    @Entity(name = "Organization")
    static class Organization {
        @Id
        TenantId id = TenantId.create();

        @OneToMany
        @JoinColumn(name = "tenant")
        Set<Plain> all = new HashSet<>();
    }

    @Entity(name = "Plain")
    static class Plain extends Owned {}

    @Entity(name = "Shelf")
    static class Shelf extends Owned {
        @OneToMany
        @JoinColumn(name = "shelf_id", insertable = false, updatable = false)
        Set<Book> books = new HashSet<>();
    }

    @Entity(name = "Book")
    @OwnedThrough("shelf")
    static class Book extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "shelf_id")
        @Nullable
        Shelf shelf;
    }

    @Entity(name = "Team")
    static class Team extends Owned {
        @ManyToMany
        @JoinTable(
                name = "team_member",
                joinColumns = @JoinColumn(name = "team_id"),
                inverseJoinColumns = @JoinColumn(name = "plain_id"))
        Set<Plain> members = new HashSet<>();
    }

    @Entity(name = "Member")
    @Table(name = "team_member")
    @OwnedThrough("team")
    static class Member {
        record LastKey(
                @Column(name = "team_id") LabelId team,
                @Column(name = "plain_id") LabelId plain) {}

        @EmbeddedId
        @Nullable
        LastKey key;

        @MapsId("team")
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "team_id")
        @Nullable
        Team team;
    }

    @Entity(name = "Numbers")
    static class Numbers extends Owned {
        @ElementCollection
        @CollectionTable(name = "team_member")
        @Column(name = "team_id")
        Set<UUID> teams = new HashSet<>();
    }

    @Entity(name = "MarkedMember")
    @Table(name = "team_member")
    @OwnedThrough("team")
    static class MarkedMember extends Member0 implements SoftDeletable {
        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @MappedSuperclass
    static class Member0 extends Keyed {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "team_id")
        @Nullable
        Team team;
    }

    @Test
    void aCollectionThatWritesAnOwnerOrAPathIsRefused() {
        assertThat(StartUp.problems(Board.class, Card.class))
                .containsExactly(
                        "Card.board is declared as path to the owner (@OwnedThrough), but its column board_id is written "
                                + "by Board.cards, which is not checked. Add mappedBy = \"board\" to Board.cards, and Card.board writable.");
        assertThat(StartUp.problems(Desk.class, Drawer.class))
                .containsExactly(
                        "Drawer.desk is declared as path to the owner (@OwnedThrough), but its column desk_id is also "
                                + "written by Desk.drawers, which is not checked. Add mappedBy = \"desk\" to Desk.drawers.");
        assertThat(StartUp.problems(Organization.class, Plain.class))
                .containsExactly(
                        "Plain.tenant" + OWNER + "also written by Organization.all, which is not checked. Make the "
                                + "@JoinColumn of Organization.all read-only (insertable = false, updatable = false).");
        assertThat(StartUp.problems(Shelf.class, Book.class)).isEmpty();
    }

    @Test
    void aJoinTableThatIsAnEntityTooIsWrittenByLinksThatAreChecked() {
        assertThat(StartUp.problems(Team.class, Plain.class, Member.class)).isEmpty();
        assertThat(StartUp.problems(Numbers.class, Team.class, Plain.class, Member.class))
                .anyMatch(problem -> problem.contains("written by Numbers.teams, which is not checked"));
        assertThat(StartUp.problems(Team.class, Plain.class, MarkedMember.class))
                .containsExactly(
                        "Team.members deletes rows of table team_member, whose entity MarkedMember is SoftDeletable. "
                                + "Replace it by a @OneToMany(mappedBy = …) of MarkedMember.");
    }

    @Entity(name = "Account")
    @Shared("of all tenants")
    static class Account extends Keyed {
        @ManyToMany
        @JoinTable(
                name = "granted_role",
                joinColumns = @JoinColumn(name = "account_id"),
                inverseJoinColumns = @JoinColumn(name = "role_id"))
        Set<Role> roles = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "granted_role", joinColumns = @JoinColumn(name = "account_id"))
        @Column(name = "note")
        Set<String> notes = new HashSet<>();
    }

    @Entity(name = "Role")
    @Shared("of all tenants")
    static class Role extends Keyed {
        @ManyToMany(mappedBy = "roles")
        Set<Account> accounts = new HashSet<>();
    }

    @Entity(name = "Granted")
    @Table(name = "granted_role")
    static class Granted extends Owned {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "account_id")
        @Nullable
        Account account;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "role_id")
        @Nullable
        Role role;

        @Nullable
        String note;
    }

    /** Whose links are a tenant's. */
    @Entity(name = "Poster")
    static class Poster extends Owned {
        @ManyToMany
        @JoinTable(
                name = "poster_tag",
                joinColumns = @JoinColumn(name = "poster_id"),
                inverseJoinColumns = @JoinColumn(name = "tag_id"))
        Set<Tag> tags = new HashSet<>();
    }

    @Entity(name = "Tag")
    @Shared("of all tenants")
    static class Tag extends Keyed {
        @ElementCollection
        @CollectionTable(name = "poster_tag", joinColumns = @JoinColumn(name = "tag_id"))
        @Column(name = "poster_id")
        Set<UUID> posters = new HashSet<>();
    }

    /** The other side of the same links, which are filtered as the posters are. */
    @Entity(name = "Tagged")
    @Shared("of all tenants")
    static class Tagged extends Keyed {
        @ManyToMany
        @JoinTable(
                name = "tagged_by",
                joinColumns = @JoinColumn(name = "tag_id"),
                inverseJoinColumns = @JoinColumn(name = "poster_id"))
        Set<Billed> posters = new HashSet<>();
    }

    @Entity(name = "Billed")
    static class Billed extends Owned {
        @ManyToMany
        @JoinTable(
                name = "tagged_by",
                joinColumns = @JoinColumn(name = "poster_id"),
                inverseJoinColumns = @JoinColumn(name = "tag_id"))
        Set<Tagged> tags = new HashSet<>();
    }

    @MappedSuperclass
    static class Pair extends Keyed {
        @Column(name = "poster_id")
        @Nullable
        UUID poster;

        @Column(name = "tag_id")
        @Nullable
        UUID tag;
    }

    @Entity(name = "UnownedPair")
    @Table(name = "tagged_by")
    @Unowned("a report of links")
    static class UnownedPair extends Pair {}

    @Entity(name = "SharedPair")
    @Table(name = "tagged_by")
    @Shared("a report of links")
    static class SharedPair extends Pair {}

    @Entity(name = "Word")
    @Table(name = "noted_words")
    @Unowned("a report of words")
    static class Word extends Keyed {
        String words = "";
    }

    @Entity(name = "Noted")
    static class Noted extends Owned {
        @ElementCollection
        @CollectionTable(name = "noted_words")
        Set<String> words = new HashSet<>();
    }

    @Test
    void anEntityWithoutOwnersHasNoTableOfLinksOrElementsOfOwned() {
        String links =
                " reads and writes rows of table tagged_by, which %s has for rows of others, too. Declare its owner, such as by"
                        + " @OwnedThrough with a reference to %s.";
        assertThat(StartUp.problems(Billed.class, Tagged.class, UnownedPair.class))
                .containsExactlyInAnyOrder(
                        "UnownedPair" + links.formatted("Billed.tags", "Billed"),
                        "UnownedPair" + links.formatted("Tagged.posters", "Tagged"));
        assertThat(StartUp.problems(Billed.class, Tagged.class, SharedPair.class))
                .hasSize(2);
        assertThat(StartUp.problems(Noted.class, Word.class))
                .containsExactly(
                        "Word reads and writes rows of table noted_words, which Noted.words has for rows of others, too."
                                + " Declare its owner, such as by @OwnedThrough with a reference to Noted.");
    }

    @Test
    void aJoinTableThatHasRowsOfOthersIsRefused() {
        String others =
                " reads and deletes rows of table granted_role, whose entity Granted may have rows of others there. Replace it "
                        + "by a @OneToMany(mappedBy = …) of Granted.";
        assertThat(StartUp.problems(Account.class, Role.class, Granted.class))
                .containsExactlyInAnyOrder("Account.roles" + others, "Account.notes" + others);
        assertThat(StartUp.problems(Poster.class, Tag.class))
                .containsExactly(
                        "Tag.posters reads and deletes rows of table poster_tag, which Poster.tags has for rows of others, too. Give each "
                                + "a table of its own, or make one of them mappedBy the other.");
        assertThat(StartUp.problems(Tagged.class, Billed.class)).isEmpty();
    }

    @Entity(name = "Merged")
    @SQLInsert(
            sql =
                    "insert into merged (tenant, id) values (?, ?) on conflict (id) do update set tenant = excluded.tenant")
    static class Merged extends Owned {}

    @Entity(name = "Inserted")
    @SQLInsert(sql = "insert into inserted (tenant, id) values (?, ?)")
    static class Inserted extends Owned {}

    @Test
    void anInsertThatMayChangeARowIsRefused() {
        assertThat(StartUp.problems(Merged.class))
                .containsExactly(
                        "Entity Merged has an @SQLInsert that may change a row which is there, of somebody else or marked. "
                                + "Make it a plain INSERT, or call upsert(…) of a StatelessSession.");
        assertThat(StartUp.problems(Inserted.class)).isEmpty();
    }

    // ---- two entities on one table

    @Entity(name = "ProjectRow")
    @Table(name = "project")
    @Unowned("a list")
    static class ProjectRow {
        @Id
        @Nullable
        ProjectId id;
    }

    @Entity(name = "ProjectAlike")
    @Table(name = "project")
    static class ProjectAlike {
        @Id
        @Nullable
        ProjectId id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "ByIdAlone")
    @Table(name = "reading")
    static class ByIdAlone extends Owned {
        @Column(name = "project_id")
        @Nullable
        ProjectId projectId;
    }

    @Entity(name = "Bin")
    @Table(name = "binned")
    static class Bin extends Marked {}

    @Entity(name = "BinRow")
    @Table(name = "BINNED")
    static class BinRow extends Owned {}

    @Test
    void entitiesOnOneTableAreDeclaredAlike() {
        assertThat(StartUp.problems(Project.class, ProjectRow.class))
                .containsExactly(
                        "Entities Project and ProjectRow are mapped to the same table, project, and declare different "
                                + "owners: tenant by tenant and none (@Shared or @Unowned). Declare the same owner for both.");
        assertThat(StartUp.problems(Project.class, ProjectAlike.class)).isEmpty();
        assertThat(StartUp.problems(Project.class, Reading.class, ByIdAlone.class))
                .anyMatch(
                        problem -> problem.startsWith("Reading.project" + PATH + "also written by ByIdAlone.projectId"))
                .anyMatch(problem -> problem.contains("mapped to the same table, reading"));
        assertThat(StartUp.problems(Bin.class, BinRow.class))
                .containsExactly(
                        "Entities Bin and BinRow are mapped to the same table, binned, and only Bin is SoftDeletable: BinRow "
                                + "shows and hard-deletes marked rows. Make BinRow SoftDeletable too.");
    }
}
