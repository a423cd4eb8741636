package dev.tenantsafety.scope;

import dev.tenantsafety.id.IdKind;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Data that somebody owns was reached for, and no scope said whose. It never means: everybody's. */
public final class NoTenantScopeException extends TenantScopeException {

    private static final long serialVersionUID = 1;

    private NoTenantScopeException(String message) {
        super(message);
    }

    /**
     * The refusal of an integration that keeps the rows of one type of thing apart by owner.
     *
     * @param what the thing, such as the entity's or table's name
     * @param owners the kinds that own it, at least one; a scope with any of them would do
     * @param open the scope that is open and has none of them, or null if there is none
     * @return the exception, to be thrown
     */
    public static NoTenantScopeException forOwned(
            String what, Collection<? extends IdKind<?>> owners, @Nullable TenantScope open) {
        List<String> names = owners.stream().map(IdKind::prefix).toList();
        String first = names.get(0);
        String owned = what + " is owned by "
                + names.stream().map(NoTenantScopeException::article).collect(Collectors.joining(" and "));
        if (open == null) {
            return new NoTenantScopeException(
                    owned + ", and no tenant scope is open on this thread. Open one with " + "TenantScope.of(" + first
                            + ").run(…), or say why you need all tenants with CrossTenant.read(\"…\").");
        }
        return new NoTenantScopeException(owned + ", and the open scope, " + open + ", names none. Narrow it with "
                + "TenantScope.of(" + first + ").run(…).");
    }

    static NoTenantScopeException notOpen() {
        return new NoTenantScopeException("No tenant scope is open on this thread. Open one with "
                + "TenantScope.of(tenant).run(…). It does not travel to other threads by itself: see OpenScope.");
    }

    static NoTenantScopeException noLevel(TenantScope open, IdKind<?> kind) {
        return new NoTenantScopeException("The open scope, " + open + ", names no " + kind.prefix()
                + ". Narrow it with TenantScope.of(" + kind.prefix() + ").run(…).");
    }

    private static final Set<Character> VOWELS = Set.of('a', 'e', 'i', 'o', 'u');

    private static String article(String noun) {
        return (VOWELS.contains(noun.charAt(0)) ? "an " : "a ") + noun;
    }
}
