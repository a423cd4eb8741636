package dev.tenantsafety.transfer;

/**
 * Owners who were not named, and whose rows were compared before and after a restore.
 *
 * @param unchanged how many have the same rows, in each table
 * @param changed how many have others: somebody wrote to them meanwhile, and not the restore, whose writes are counted
 */
public record OthersChecked(int unchanged, int changed) {

    /** In words. */
    @Override
    public String toString() {
        return unchanged + changed == 0
                ? "Nobody else's rows were compared."
                : "Of " + (unchanged + changed) + " others whose rows were compared before and after, " + unchanged
                        + " are as they were"
                        + (changed == 0 ? "." : ", and " + changed + " were changed meanwhile, not by the restore.");
    }
}
