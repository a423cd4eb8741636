/** The Tenant Safety library without a framework. */
module dev.tenantsafety.core {
    requires static transitive org.jspecify;
    requires static transitive jakarta.validation;
    requires static org.hibernate.validator;

    exports dev.tenantsafety.id;
    exports dev.tenantsafety.validation;

    uses dev.tenantsafety.id.IdKindProvider;
}
