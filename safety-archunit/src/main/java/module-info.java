/** Rules that fail the build on hard deletes and on APIs that take ambiguous IDs. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // ArchUnit is not a module
module dev.tenantsafety.archunit {
    requires transitive com.tngtech.archunit;
    requires dev.tenantsafety.core;
    requires org.objectweb.asm;
    requires org.objectweb.asm.tree;
    requires org.objectweb.asm.tree.analysis;
    requires java.xml;
    requires tools.jackson.core;
    requires static transitive org.jspecify;

    exports dev.tenantsafety.archunit;
}
