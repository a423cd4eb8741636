/** The Tenant Safety library without a framework. */
module dev.tenantsafety.core {
    requires static transitive org.jspecify;

    exports dev.tenantsafety.id;

    uses dev.tenantsafety.id.IdKindProvider;
}
