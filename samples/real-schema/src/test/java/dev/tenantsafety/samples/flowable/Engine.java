package dev.tenantsafety.samples.flowable;

import dev.tenantsafety.id.TenantId;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.flowable.engine.DynamicBpmnService;
import org.flowable.engine.IdentityService;
import org.flowable.engine.ManagementService;
import org.flowable.engine.ProcessEngine;
import org.flowable.engine.RepositoryService;
import org.flowable.engine.RuntimeService;
import org.flowable.engine.TaskService;
import org.flowable.engine.impl.cfg.StandaloneProcessEngineConfiguration;
import org.flowable.engine.repository.Model;
import org.flowable.engine.repository.ProcessDefinition;
import org.flowable.idm.api.Picture;
import org.flowable.idm.api.User;
import org.flowable.job.api.Job;
import org.flowable.task.api.Task;

/** A process engine, and what a shop does with it: all rows are written by the engine. */
final class Engine implements AutoCloseable {

    private static final String SHARED = "";
    private static final int LONGER_THAN_A_COLUMN = 5000;

    private final ProcessEngine flowable;

    private Engine(ProcessEngine flowable) {
        this.flowable = flowable;
    }

    /** Makes its tables where there are none. */
    static Engine on(DataSource database) {
        StandaloneProcessEngineConfiguration configuration = new StandaloneProcessEngineConfiguration();
        configuration.setDataSource(database);
        configuration.setDatabaseSchemaUpdate("true");
        configuration.setAsyncExecutorActivate(false);
        configuration.setHistory("full");
        configuration.setEnableEntityLinks(true);
        configuration.setEnableHistoricTaskLogging(true);
        configuration.setEnableProcessDefinitionInfoCache(true);
        configuration.setEngineName("engine " + System.identityHashCode(configuration));
        return new Engine(configuration.buildProcessEngine());
    }

    @Override
    public void close() {
        flowable.close();
    }

    /** What all tenants use. */
    void forAll() {
        IdentityService identity = flowable.getIdentityService();
        identity.saveGroup(identity.newGroup("clerks"));
        deploy(SHARED);
    }

    /** The orders of one tenant, in all states in which an order can be. */
    void fill(TenantId tenant, int orders) {
        String id = tenant.uuid().toString();
        user(id);
        deploy(id);
        model(id);
        rename(id);
        for (int i = 0; i < orders; i++) {
            begin(tenant, i);
        }
        complete(tenant, begin(tenant, orders));
        ofSharedDefinition(id);
        aloneStandingTask(id);
    }

    /** What somebody does who takes one tenant for another: the engine's own way to be rid of all. */
    void delete(TenantId tenant) {
        String id = tenant.uuid().toString();
        RepositoryService repository = flowable.getRepositoryService();
        repository
                .createDeploymentQuery()
                .deploymentTenantId(id)
                .list()
                .forEach(deployment -> repository.deleteDeployment(deployment.getId(), true));
        repository.createModelQuery().modelTenantId(id).list().forEach(model -> repository.deleteModel(model.getId()));
        tasks(tenant).stream()
                .map(Task::getProcessInstanceId)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(this::deleteInstance);
        tasks(tenant).forEach(task -> flowable.getTaskService().deleteTask(task.getId(), true));
        flowable.getIdentityService().deleteUser(clerk(id));
    }

    private void deleteInstance(String instance) {
        flowable.getRuntimeService().deleteProcessInstance(instance, "by mistake");
        flowable.getHistoryService().deleteHistoricProcessInstance(instance);
    }

    private static String clerk(String tenant) {
        return "clerk of " + tenant;
    }

    private void user(String tenant) {
        IdentityService identity = flowable.getIdentityService();
        User user = identity.newUser(clerk(tenant));
        user.setTenantId(tenant);
        identity.saveUser(user);
        identity.createMembership(user.getId(), "clerks");
        identity.setUserInfo(user.getId(), "language", "eo");
        identity.setUserPicture(user.getId(), new Picture(new byte[] {0, 1, -1}, "image/png"));
    }

    private void deploy(String tenant) {
        flowable.getRepositoryService()
                .createDeployment()
                .name("orders")
                .tenantId(tenant)
                .addClasspathResource("order.bpmn20.xml")
                .addBytes("logo.png", new byte[] {'\\', 0, -1})
                .addString("sent.event", "{\"key\": \"sent\", \"name\": \"Sent\", \"payload\": []}")
                .deploy();
    }

    private void model(String tenant) {
        RepositoryService repository = flowable.getRepositoryService();
        Model model = repository.newModel();
        model.setName("draft");
        model.setTenantId(tenant);
        repository.saveModel(model);
        repository.addModelEditorSource(model.getId(), "a draft".getBytes(StandardCharsets.UTF_8));
    }

    private void rename(String tenant) {
        DynamicBpmnService dynamic = flowable.getDynamicBpmnService();
        dynamic.saveProcessDefinitionInfo(
                definition(tenant).getId(), dynamic.changeUserTaskName("approve", "Approve it"));
    }

    private ProcessDefinition definition(String tenant) {
        return flowable.getRepositoryService()
                .createProcessDefinitionQuery()
                .processDefinitionKey("order")
                .processDefinitionTenantId(tenant)
                .singleResult();
    }

    String begin(TenantId tenant, int number) {
        String id = tenant.uuid().toString();
        RuntimeService runtime = flowable.getRuntimeService();
        String instance = runtime.startProcessInstanceByKeyAndTenantId(
                        "order",
                        "order " + number,
                        Map.of(
                                "lines",
                                new ArrayList<>(List.of("tea", "cups")),
                                "letter",
                                "ĉ".repeat(LONGER_THAN_A_COLUMN),
                                "price",
                                3.5,
                                "picture",
                                new byte[] {0, 1, -1}),
                        id)
                .getId();
        TaskService tasks = flowable.getTaskService();
        Task approve = task(instance, "approve");
        tasks.setVariableLocal(approve.getId(), "note", "n".repeat(LONGER_THAN_A_COLUMN));
        tasks.addComment(approve.getId(), instance, "please\nhurry");
        tasks.createAttachment("text", approve.getId(), instance, "invoice", "", stream("an invoice"));
        tasks.addUserIdentityLink(approve.getId(), clerk(id), "reader");
        failToBook(instance);
        return instance;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The account is not there yet: the stack trace is kept, and the job lies among the dead. */
    private void failToBook(String instance) {
        ManagementService management = flowable.getManagementService();
        Job job = management.createJobQuery().processInstanceId(instance).singleResult();
        try {
            management.executeJob(job.getId());
        } catch (RuntimeException e) {
            Job timer = management
                    .createTimerJobQuery()
                    .processInstanceId(instance)
                    .withException()
                    .singleResult();
            management.moveJobToDeadLetterJob(timer.getId());
            return;
        }
        throw new AssertionError("It was booked without an account.");
    }

    /** The process instance of an order that has not ended. */
    String order(TenantId tenant, int number) {
        return flowable.getRuntimeService()
                .createProcessInstanceQuery()
                .processInstanceTenantId(tenant.uuid().toString())
                .processInstanceBusinessKey("order " + number)
                .singleResult()
                .getId();
    }

    Object variable(String instance, String name) {
        return flowable.getRuntimeService().getVariable(instance, name);
    }

    boolean ended(String instance) {
        return flowable.getHistoryService()
                        .createHistoricProcessInstanceQuery()
                        .processInstanceId(instance)
                        .finished()
                        .count()
                == 1;
    }

    List<Task> tasks(TenantId tenant) {
        return flowable.getTaskService()
                .createTaskQuery()
                .taskTenantId(tenant.uuid().toString())
                .list();
    }

    private Task task(String instance, String key) {
        return flowable.getTaskService()
                .createTaskQuery()
                .processInstanceIdWithChildren(instance)
                .taskDefinitionKey(key)
                .singleResult();
    }

    /** All that is open, until the order has ended. */
    void complete(TenantId tenant, String instance) {
        RuntimeService runtime = flowable.getRuntimeService();
        runtime.messageEventReceived("paid", waitingFor(instance));
        runtime.setVariable(instance, "account", "4711");
        ManagementService management = flowable.getManagementService();
        Job dead = management
                .createDeadLetterJobQuery()
                .processInstanceId(instance)
                .singleResult();
        management.executeJob(
                management.moveDeadLetterJobToExecutableJob(dead.getId(), 3).getId());
        Job timer = management.createTimerJobQuery().processInstanceId(instance).singleResult();
        management.executeJob(management.moveTimerToExecutableJob(timer.getId()).getId());
        print(tenant, instance);
        for (Task task : tasks(instance)) {
            flowable.getTaskService().complete(task.getId());
        }
    }

    private String waitingFor(String instance) {
        return flowable.getRuntimeService()
                .createExecutionQuery()
                .processInstanceId(instance)
                .messageEventSubscriptionName("paid")
                .singleResult()
                .getId();
    }

    private void print(TenantId tenant, String instance) {
        ManagementService management = flowable.getManagementService();
        String job = management
                .createExternalWorkerJobQuery()
                .processInstanceId(instance)
                .singleResult()
                .getId();
        management
                .createExternalWorkerJobAcquireBuilder()
                .topic("labels", Duration.ofMinutes(5))
                .tenantId(tenant.uuid().toString())
                .acquireAndLock(Integer.MAX_VALUE, "printer");
        management.createExternalWorkerCompletionBuilder(job, "printer").complete();
        management.unacquireAllExternalWorkerJobsForWorker("printer");
        Job done = management.createJobQuery().processInstanceId(instance).singleResult();
        management.executeJob(done.getId());
    }

    private List<Task> tasks(String instance) {
        return flowable.getTaskService()
                .createTaskQuery()
                .processInstanceIdWithChildren(instance)
                .list();
    }

    /** The definition is for all, and the instance is the tenant's. */
    private void ofSharedDefinition(String tenant) {
        flowable.getRuntimeService()
                .createProcessInstanceBuilder()
                .processDefinitionId(definition(SHARED).getId())
                .overrideProcessDefinitionTenantId(tenant)
                .variable("lines", new ArrayList<>(Arrays.asList("milk", null)))
                .start();
    }

    private void aloneStandingTask(String tenant) {
        TaskService tasks = flowable.getTaskService();
        Task task = tasks.newTask();
        task.setName("call them");
        task.setTenantId(tenant);
        tasks.saveTask(task);
        tasks.setVariable(task.getId(), "number", new ArrayList<>(List.of(4, 7, 11)));
        tasks.addCandidateGroup(task.getId(), "clerks");
    }
}
