package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.Shared;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Where customers are. */
@Entity
@Shared("reference data")
public class Country {

    @Id
    String code;

    String name;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Country() {}
}
