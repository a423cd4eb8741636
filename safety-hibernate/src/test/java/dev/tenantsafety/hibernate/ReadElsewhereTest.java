package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A collection that was read in one scope and is written in another. */
@ParameterizedClass
@EnumSource(Database.class)
class ReadElsewhereTest extends WorldTest {

    @Entity(name = "Rec")
    static class Rec {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "Wide")
    static class Wide {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @ManyToMany
        @JoinTable(name = "wide_recs")
        Set<Rec> recs = new HashSet<>();

        void link(Rec rec) {
            recs.add(rec);
        }

        Set<Rec> recs() {
            return recs;
        }
    }

    @Entity(name = "Shelf")
    static class Shelf {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany
        @JoinColumn(name = "shelf")
        @OrderColumn(name = "pos")
        List<Book> books = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "shelf_listed")
        @OrderColumn(name = "pos")
        List<Book> listed = new ArrayList<>();

        void put(Book book) {
            books.add(book);
            listed.add(book);
        }

        void takeFirst() {
            books.remove(0);
            listed.remove(0);
        }
    }

    @Entity(name = "Book")
    static class Book implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    ReadElsewhereTest(Database database) {
        super(new World(database, List.of(Rec.class, Wide.class, Shelf.class, Book.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Wide wide = new Wide();
            em.persist(wide);
            for (SiteId site : List.of(first, second)) {
                Rec rec = new Rec();
                rec.id = site.equals(first) ? 1 : 2;
                rec.site = site;
                em.persist(rec);
                wide.link(rec);
            }
            Shelf shelf = new Shelf();
            for (int i = 1; i <= 4; i++) {
                Book book = new Book();
                book.id = i;
                em.persist(book);
                shelf.put(book);
            }
            em.persist(shelf);
        });
    }

    private Wide readBy(TenantScope scope) {
        return scope.call(() -> World.transaction(world.safe, em -> {
            Wide wide = Objects.requireNonNull(em.find(Wide.class, 0L));
            assertThat(wide.recs().size()).isPositive();
            return wide;
        }));
    }

    @Test
    @Shows("a stateless update with a collection that was read in a narrower scope")
    void aStatelessUpdateRemovesNoLinkThatItsCollectionDidNotShow() {
        Wide narrow = readBy(TenantScope.of(a).narrow(first));
        assertThatThrownBy(() ->
                        TenantScope.of(a).run(() -> World.stateless(world.safe, session -> session.update(narrow))))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining(
                        "Wide 0.recs was read in another scope, or before others changed it: it lacks Rec 2");
        assertThat(world.count("wide_recs")).isEqualTo(2);
        Wide whole = readBy(TenantScope.of(a));
        whole.recs().removeIf(rec -> rec.id == 2);
        TenantScope.of(a).run(() -> World.stateless(world.safe, session -> session.update(whole)));
        assertThat(world.rows("select recs_id from wide_recs")).containsExactly("1 | ");
    }

    /** What was changed outside is written by the first query inside. */
    @Test
    void aListThatWasReadWithoutMarkedRowsIsWrittenWithThem() {
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(em.find(Book.class, 2L))));
        inA(em -> {
            Objects.requireNonNull(em.find(Shelf.class, 0L)).takeFirst();
            IncludeDeleted.because("a test")
                    .run(() -> em.createQuery("from Shelf", Shelf.class).getResultList());
        });
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> {
            Shelf shelf = Objects.requireNonNull(em.find(Shelf.class, 0L));
            assertThat(shelf.books).extracting(book -> book.id).containsExactly(2L, 3L, 4L);
            assertThat(shelf.listed).extracting(book -> book.id).containsExactly(2L, 3L, 4L);
        });
    }
}
