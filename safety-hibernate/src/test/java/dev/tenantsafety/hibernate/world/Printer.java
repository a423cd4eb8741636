package dev.tenantsafety.hibernate.world;

import jakarta.persistence.Entity;

@Entity
public class Printer extends Device {
    public int pages;

    protected Printer() {}

    public Printer(String name, int pages) {
        super(name);
        this.pages = pages;
    }
}
