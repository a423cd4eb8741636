package dev.tenantsafety.benchmarks.hibernate;

/** What both sides have. */
interface Item {

    Object key();

    void change();
}
