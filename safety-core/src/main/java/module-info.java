/** The Tenant Safety library without a framework. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // context-propagation is not a module, and is optional
module dev.tenantsafety.core {
    requires static transitive org.jspecify;
    requires static transitive jakarta.validation;
    requires static org.hibernate.validator;
    requires static transitive context.propagation;

    exports dev.tenantsafety.id;
    exports dev.tenantsafety.scope;
    exports dev.tenantsafety.scope.propagation;
    exports dev.tenantsafety.validation;

    uses dev.tenantsafety.id.IdKindProvider;
    uses dev.tenantsafety.scope.ScopeObserver;
}
