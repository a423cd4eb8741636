package dev.tenantsafety.benchmarks.transfer;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of the large table, as Hibernate has it. */
@Entity
@Table(name = Tables.LARGE)
@SuppressWarnings("NullAway.Init") // Hibernate sets them
class Entry {

    @Id
    long id;

    @Column(name = "tenant_id")
    UUID tenant;

    @Column(name = "project_id")
    long project;

    UUID ref;
    String title;
    BigDecimal amount;
    String state;
    String data;

    @Column(name = "made_at")
    OffsetDateTime madeAt;

    @Nullable
    String note;
}
