package dev.tenantsafety.transfer;

import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.ownership.OwnershipModel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Takes rows of chosen owners out of a live database, to archives, and brings them back.
 *
 * <pre>{@code
 * Transfer transfer = Transfer.between(live, model);
 * transfer.export(sites).toDirectory(directory).run();
 *
 * RestorePlan plan = transfer.restore(sites).from(backupDataSource).plan();
 * System.out.println(plan);
 * RestoreReport report = plan.execute();
 * }</pre>
 *
 * <p>Does not change, and is safe for use by several threads.
 */
public final class Transfer {

    private final DataSource live;
    private final OwnershipModel model;

    private Transfer(DataSource live, OwnershipModel model) {
        this.live = live;
        this.model = model;
    }

    /**
     * With a live database.
     *
     * @param live the database that everybody shares: PostgreSQL; or H2, row by row
     * @param model whose the rows of its tables are
     * @return transfers with it
     */
    public static Transfer between(DataSource live, OwnershipModel model) {
        return new Transfer(live, model);
    }

    /**
     * The rows of these owners are to come back, with the keys that they had.
     *
     * @param owners of one kind, which the model knows; those that matter most first
     * @return the restore, to be told from where
     * @throws IllegalArgumentException if there are none, or they are of several kinds, or of one that owns nothing
     */
    public Restore restore(Collection<? extends TypedId<?>> owners) {
        Units units = Units.of(owners);
        model.tables(units.kind());
        return new Restore(live, model, units, RestoreRules.STANDARD);
    }

    /**
     * The same for one owner.
     *
     * @param owner whose rows
     * @return the restore, to be told from where
     * @throws IllegalArgumentException if it is of a kind that owns nothing
     */
    public Restore restore(TypedId<?> owner) {
        return restore(List.of(owner));
    }

    /**
     * The rows of an owner are to be copied, with new keys.
     *
     * @param <T> the kind of owner
     * @param of whose rows
     * @param as whose the copies are; nobody who has rows
     * @return the copy, to be told from where
     * @throws IllegalArgumentException if both are the same, or of a kind that owns nothing
     */
    public <T extends TypedId<T>> Clone clone(T of, T as) {
        if (of.equals(as)) {
            throw new IllegalArgumentException("A copy of " + of + " has to be somebody else's.");
        }
        Units units = Units.of(List.of(as));
        model.tables(units.kind());
        return new Clone(live, model, units, RestoreRules.STANDARD, new CloneRules(of, Map.of(), Map.of()));
    }

    /**
     * The rows of these owners are to be archived.
     *
     * @param owners of one kind, which the model knows
     * @return the export, to be told where to
     * @throws IllegalArgumentException if there are none, or they are of several kinds, or of one that owns nothing
     */
    public Export export(Collection<? extends TypedId<?>> owners) {
        Units units = Units.of(owners);
        model.tables(units.kind());
        return new Export(live, model, units);
    }

    /**
     * The same for one owner.
     *
     * @param owner whose rows
     * @return the export, to be told where to
     * @throws IllegalArgumentException if it is of a kind that owns nothing
     */
    public Export export(TypedId<?> owner) {
        return export(List.of(owner));
    }
}
