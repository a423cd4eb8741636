package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedThrough;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A step of a project's workflow, and which comes next. */
@Entity
@OwnedThrough("project")
@Table(name = "workflow_step")
public class WorkflowStep {

    @Id
    StepId id;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "project_id")
    Project project;

    String name;

    @Nullable
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "next_id")
    WorkflowStep next;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected WorkflowStep() {}
}
