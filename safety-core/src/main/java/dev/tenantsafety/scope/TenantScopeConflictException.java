package dev.tenantsafety.scope;

import dev.tenantsafety.id.TypedId;

/** A scope was asked for that does not fit into the one already open: another owner, or more than the outer one allows. */
public final class TenantScopeConflictException extends TenantScopeException {

    private static final long serialVersionUID = 1;

    private TenantScopeConflictException(String message) {
        super(message);
    }

    static TenantScopeConflictException anotherOwner(TenantScope open, TypedId<?> asked) {
        return new TenantScopeConflictException("The scope of " + asked + " cannot be opened inside that of " + open
                + ": a nested scope narrows, it never changes whose data is touched. Leave the outer scope first, or do the "
                + "work of several tenants one after the other.");
    }

    static TenantScopeConflictException acrossFromInside(TenantScope open, String reason) {
        return new TenantScopeConflictException("CrossTenant (\"" + reason + "\") cannot be opened inside the scope of "
                + open + ": nested scopes never widen. Open it around the tenant scope, or after it.");
    }

    static TenantScopeConflictException writeInsideRead(String outer, String reason) {
        return new TenantScopeConflictException("CrossTenant.write(\"" + reason + "\") cannot be opened inside "
                + "CrossTenant.read(\"" + outer + "\"): nested scopes never allow more. Open the writing one first.");
    }

    /**
     * The refusal of a session, connection or the like that was begun for one owner and is used for another.
     *
     * @param what what was begun, such as "This Hibernate session"
     * @param begun the scope in which it was begun, in words
     * @param now the scope in which it is used, in words
     * @return the exception, to be thrown
     */
    public static TenantScopeConflictException changedInside(String what, String begun, String now) {
        return new TenantScopeConflictException(what + " works for " + begun + " and cannot go on for " + now
                + ". Open the scope around the transaction, and one transaction per scope.");
    }
}
