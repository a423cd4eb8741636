package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.ManyToAny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows that owners would share, and from which each would read or remove what others have put there, are refused at start-up. */
class SharedLinksTest {

    private static final String LINK = " Make the link an entity of its own, with an owner and a to-one to ";

    @MappedSuperclass
    abstract static class Row {
        @Id
        long id;
    }

    @Entity(name = "Deal")
    static class Deal extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Board board;
    }

    @Entity(name = "Offer")
    @OwnedThrough("deal")
    static class Offer extends Row {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        Deal deal = new Deal();
    }

    @Embeddable
    static class Line {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "line_deal")
        @Nullable
        Deal deal;

        String text = "";
    }

    /** What can be shared. */
    @Entity(name = "Board")
    @Shared("for all")
    static class Board extends Row {
        @ManyToMany
        Set<Deal> set = new HashSet<>();

        @OneToMany(mappedBy = "board")
        @OrderColumn
        List<Deal> inverse = new ArrayList<>();

        @OneToMany
        @JoinTable(name = "board_by_id")
        @MapKey(name = "deal")
        Map<Deal, Offer> byDeal = new HashMap<>();

        @ElementCollection
        @OrderColumn
        List<String> texts = new ArrayList<>();

        @Any(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "D", entity = Deal.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object anything;
    }

    /** The same owner as that of a deal. */
    @Entity(name = "Team")
    static class Team extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        @OrderColumn
        List<Deal> list = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "team_keyed")
        @MapKeyJoinColumn(name = "offer")
        Map<Offer, Deal> keyed = new HashMap<>();

        @ElementCollection
        List<Line> lines = new ArrayList<>();

        @Any
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "D", entity = Deal.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object anything;
    }

    @Test
    void whatKeepsApartCanBeShared() {
        assertThat(StartUp.problems(Deal.class, Offer.class, Board.class, Team.class))
                .isEmpty();
    }

    @Entity(name = "Ordered")
    @Shared("for all")
    static class Ordered extends Row {
        @ManyToMany
        @OrderColumn
        List<Offer> offers = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "ordered_keyed")
        @MapKeyColumn
        Map<String, Deal> keyed = new HashMap<>();
    }

    @Test
    void positionsAndKeys() {
        assertThat(StartUp.problems(Deal.class, Offer.class, Board.class, Ordered.class))
                .containsExactlyInAnyOrder(
                        "Ordered.offers gives each Offer a position or key, which owners would take from each other: Ordered does "
                                + "not share its owner with Offer. Make it a Set.",
                        "Ordered.keyed gives each Deal a position or key, which owners would take from each other: Ordered does "
                                + "not share its owner with Deal. Make it a Set.");
    }

    @Entity(name = "Parts")
    @Unowned("of nobody")
    static class Parts extends Row {
        @ElementCollection
        Set<Line> lines = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "parts_prices")
        @MapKeyJoinColumn(name = "offer")
        Map<Offer, Integer> prices = new HashMap<>();

        @ElementCollection
        @CollectionTable(name = "parts_in_lines")
        Map<Line, Integer> inLines = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "parts_pairs")
        @MapKeyJoinColumn(name = "deal")
        Map<Deal, Board> pairs = new HashMap<>();

        @ManyToAny(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "D", entity = Deal.class)
        @AnyDiscriminatorValue(discriminator = "O", entity = Offer.class)
        @AnyDiscriminatorValue(discriminator = "B", entity = Board.class)
        @Column(name = "what")
        @JoinTable(
                name = "parts_any",
                joinColumns = @JoinColumn(name = "parts_id"),
                inverseJoinColumns = @JoinColumn(name = "what_id"))
        Set<Object> anything = new HashSet<>();

        @Any
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "O", entity = Offer.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object eager;
    }

    @Test
    void whatNoFilterReaches() {
        String keys =
                ", which Parts does not share its owner with: a scope would read the keys of others, and remove them."
                        + LINK + "Parts.";
        String elements =
                " in its elements, which Parts does not share its owner with: a scope would read and remove the "
                        + "elements of others." + LINK + "Parts.";
        assertThat(StartUp.problems(Deal.class, Offer.class, Board.class, Parts.class))
                .containsExactlyInAnyOrder(
                        "Parts.lines refers to Deal" + elements,
                        "Parts.anything refers to Deal and Offer" + elements,
                        "Parts.prices has Offer as keys" + keys,
                        "Parts.inLines has Deal as keys" + keys,
                        "Parts.pairs has Deal as keys" + keys,
                        "Parts.eager is fetched eagerly, past every filter, and refers to Offer, which Parts does not share its "
                                + "owner with. Add fetch = FetchType.LAZY.");
    }

    @Entity(name = "Pane")
    static class Pane extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Entity(name = "House")
    static class House extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        @OrderColumn
        List<Pane> panes = new ArrayList<>();
    }

    @Test
    void ownersOfOneLevelShareWhatIsOwnedOnAWiderOne() {
        assertThat(StartUp.problems(Pane.class, House.class))
                .containsExactly(
                        "House.panes gives each Pane a position or key, which owners would take from each other: House does not "
                                + "share its owner with Pane. Make it a Set.");
    }
}
