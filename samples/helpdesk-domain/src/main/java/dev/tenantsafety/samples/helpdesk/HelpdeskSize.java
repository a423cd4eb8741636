package dev.tenantsafety.samples.helpdesk;

/**
 * How much there is.
 *
 * @param sites of all customers
 * @param legacySites those that have the legacy app: the first ones
 * @param legacyCustomers to whom these belong
 * @param tickets of a site, in the mean; a few sites have very many, as in life
 * @param seed the same seed gives the same rows
 */
public record HelpdeskSize(int sites, int legacySites, int legacyCustomers, int tickets, long seed) {

    public HelpdeskSize {
        if (legacyCustomers < 1 || legacyCustomers > legacySites || legacySites >= sites) {
            throw new IllegalArgumentException("Each of the customers has a site, and some sites are others': "
                    + legacyCustomers + " customers, " + legacySites + " of " + sites + " sites.");
        }
    }
}
