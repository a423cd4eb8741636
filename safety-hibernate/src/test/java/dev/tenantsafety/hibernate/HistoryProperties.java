package dev.tenantsafety.hibernate;

/** The first half of them. */
class HistoryProperties extends Histories {}
