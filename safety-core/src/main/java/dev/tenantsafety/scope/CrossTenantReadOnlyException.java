package dev.tenantsafety.scope;

/** Work that may read across tenants tried to write. */
public final class CrossTenantReadOnlyException extends TenantScopeException {

    private static final long serialVersionUID = 1;

    /**
     * The refusal of an integration.
     *
     * @param what what was to be written, such as "Ticket ticket_01h…"
     * @param grant the grant that allows reading only
     */
    public CrossTenantReadOnlyException(String what, CrossTenant.Grant grant) {
        super(what + " cannot be written under CrossTenant.read(\"" + grant.reason()
                + "\"). Write inside the scope of its owner, with TenantScope.of(…).run(…), or, where that is impossible, "
                + "under CrossTenant.write(\"…\").");
    }
}
