/** The Tenant Safety library without a framework. */
// Optional APIs are not required transitively: who requires this module need not have them.
@SuppressWarnings("requires-automatic") // context-propagation is not a module
module dev.tenantsafety.core {
    requires static transitive org.jspecify;
    requires static jakarta.validation;
    requires static org.hibernate.validator;
    requires static context.propagation;
    requires static org.postgresql.jdbc;
    requires static org.checkerframework.checker.qual; // whose annotations the driver's classes bear
    requires transitive java.sql;
    requires static tools.jackson.core;
    requires static me.tongfei.progressbar;

    exports dev.tenantsafety;
    exports dev.tenantsafety.archive;
    exports dev.tenantsafety.guard;
    exports dev.tenantsafety.id;
    exports dev.tenantsafety.jdbc;
    exports dev.tenantsafety.ownership;
    exports dev.tenantsafety.scope;
    exports dev.tenantsafety.scope.propagation;
    exports dev.tenantsafety.transfer;
    exports dev.tenantsafety.validation;

    uses dev.tenantsafety.id.IdKindProvider;
    uses dev.tenantsafety.scope.ScopeObserver;
}
