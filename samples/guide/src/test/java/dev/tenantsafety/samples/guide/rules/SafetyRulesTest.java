package dev.tenantsafety.samples.guide.rules;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tenantsafety.archunit.TenantSafetyRules;

// spotless:off
@AnalyzeClasses(packages = "dev.tenantsafety.samples.guide.rules.good")
class SafetyRulesTest {
    @ArchTest static final ArchRule safety = TenantSafetyRules.all();
}
// spotless:on
