package com.acme;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tenantsafety.archunit.TenantSafetyRules;
import org.junit.jupiter.api.Test;

class SafetyRulesTest {

    @Test
    void safety() {
        TenantSafetyRules.all().check(new ClassFileImporter().importPackages("dev.tenantsafety.samples"));
    }
}
