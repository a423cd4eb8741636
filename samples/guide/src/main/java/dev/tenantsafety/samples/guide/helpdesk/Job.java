package dev.tenantsafety.samples.guide.helpdesk;

import dev.tenantsafety.hibernate.Unowned;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

// spotless:off
@Entity @Unowned("jobs belong to nobody")
class Job { @Id long id; }
// spotless:on
