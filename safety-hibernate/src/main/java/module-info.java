/** Tenant Safety for Hibernate ORM. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Hibernate is not a module
module dev.tenantsafety.hibernate {
    requires transitive dev.tenantsafety.core;
    requires transitive org.hibernate.orm.core;
    requires transitive jakarta.persistence;
    requires static transitive org.jspecify;
    requires java.naming;
    requires java.sql;

    exports dev.tenantsafety.hibernate;

    // Hibernate makes these by reflection: listeners, generators, our entity.
    opens dev.tenantsafety.hibernate;
    opens dev.tenantsafety.hibernate.orm;

    provides org.hibernate.boot.model.TypeContributor with
            dev.tenantsafety.hibernate.orm.TypedIdTypes;
    provides org.hibernate.boot.spi.AdditionalMappingContributor with
            dev.tenantsafety.hibernate.orm.SafetyMappings;
    provides org.hibernate.engine.extension.spi.ExtensionIntegration with
            dev.tenantsafety.hibernate.orm.SessionBindings;
    provides org.hibernate.integrator.spi.Integrator with
            dev.tenantsafety.hibernate.orm.SafetyIntegrator;
    provides org.hibernate.service.spi.ServiceContributor with
            dev.tenantsafety.hibernate.orm.SafetyServices;
    provides org.hibernate.service.spi.SessionFactoryServiceContributor with
            dev.tenantsafety.hibernate.orm.FactorySafetyService;
}
