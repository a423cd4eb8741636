package dev.tenantsafety.samples.guide.helpdesk;

import dev.tenantsafety.hibernate.Shared;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

// spotless:off
@Entity @Shared("reference data")
class Country { @Id String code = ""; }
// spotless:on
