package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.Shared;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
@Shared("reference data")
public class Country {
    @Id
    public String code = "";

    protected Country() {}

    public Country(String code) {
        this.code = code;
    }
}
