package dev.tenantsafety.samples.replay;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tenantsafety.archunit.TenantSafetyRules;
import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.Deletions;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdList;
import dev.tenantsafety.id.IllegalIdException;
import dev.tenantsafety.id.IllegalIdListException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.samples.helpdesk.Site;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.validation.BlastRadius;
import dev.tenantsafety.validation.IdText;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.Session;
import org.hibernate.SessionFactory;

/** All that are built, each alone. */
final class Defences {

    /** What comes with later parts of the library. */
    static final List<String> NOT_BUILT_YET = List.of(
            "gates: plan, typed confirmation, approval, waves", "JDBC guard", "agent for code that goes around it");

    private static final int LARGEST_REQUEST = 10;

    private final CompiledScript script;

    Defences(Path directory) {
        script = new CompiledScript(directory.resolve("script"));
    }

    List<Defence> all() {
        return List.of(
                new Defence("compiler", "the compiler", this::compiler),
                new Defence("parser", "the parser, of site_01h4…", Defences::parser),
                new Defence("tag", "the tag in a bare UUID", Defences::tag),
                new Defence("census", "the census of a list", Defences::census),
                new Defence("validation", "validation of the request", Defences::validation),
                new Defence("radius", "the blast radius of a request", Defences::radius),
                new Defence("rules", "the build rules, on the call", Defences::rules),
                new Defence("marks", "Hibernate: deletes are marks", Defences::marks),
                new Defence("statements", "Hibernate: DELETE is refused", Defences::statements));
    }

    private static void delete(Connection connection, List<UUID> ids) throws Exception {
        new VendorApi(connection).retire(ids, true);
    }

    private String compiler(boolean isThere, World world, Connection connection) throws Exception {
        String said = isThere ? script.compile("SiteId", "AppId") : script.compile("UUID", "UUID");
        if (said.isEmpty()) {
            script.run(world.bare(), ids -> delete(connection, ids));
        }
        return said;
    }

    private static String parser(boolean isThere, World world, Connection connection) throws Exception {
        try {
            delete(
                    connection,
                    world.legacyIds().stream()
                            .map(line -> isThere
                                    ? AppId.parse(line).uuid()
                                    : SiteId.parse(line).uuid())
                            .toList());
            return "";
        } catch (IllegalIdException e) {
            return message(e);
        }
    }

    private static String tag(boolean isThere, World world, Connection connection) throws Exception {
        try {
            delete(
                    connection,
                    world.bare().stream()
                            .map(uuid -> isThere ? new AppId(uuid).uuid() : uuid)
                            .toList());
            return "";
        } catch (IllegalIdException e) {
            return message(e);
        }
    }

    private static String census(boolean isThere, World world, Connection connection) throws Exception {
        try {
            String list = String.join("\n", world.legacyIds());
            delete(
                    connection,
                    isThere
                            ? IdList.of(AppId.KIND)
                                    .expecting(world.legacy().size())
                                    .read(new StringReader(list))
                                    .stream()
                                    .map(AppId::uuid)
                                    .toList()
                            : list.lines().map(SiteId::parse).map(SiteId::uuid).toList());
            return "";
        } catch (IllegalIdListException e) {
            return message(e);
        }
    }

    private record RetireApps(List<@IdText(AppId.class) String> apps) {}

    private record RetireFew(
            @BlastRadius(max = LARGEST_REQUEST) List<String> apps) {}

    private static String validation(boolean isThere, World world, Connection connection) throws Exception {
        return validated(isThere, new RetireApps(world.legacyIds()), world, connection);
    }

    private static String radius(boolean isThere, World world, Connection connection) throws Exception {
        return validated(isThere, new RetireFew(world.legacyIds()), world, connection);
    }

    private static String validated(boolean isThere, Object request, World world, Connection connection)
            throws Exception {
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            String said = isThere
                    ? factory.getValidator().validate(request).stream()
                            .map(ConstraintViolation::getMessage)
                            .sorted()
                            .findFirst()
                            .orElse("")
                    : "";
            if (said.isEmpty()) {
                delete(connection, world.bare());
            }
            return said;
        }
    }

    /** What breaks the build is not there to be called. */
    private static String rules(boolean isThere, World world, Connection connection) throws Exception {
        List<String> violations = isThere
                ? TenantSafetyRules.all()
                        .evaluate(new ClassFileImporter().importClasses(VendorApi.class))
                        .getFailureReport()
                        .getDetails()
                : List.of();
        if (violations.isEmpty()) {
            delete(connection, world.bare());
            return "";
        }
        return violations.size() + " violations: "
                + violations.stream()
                        .map(text -> text.replaceAll(".*> ((?:takes|returns).*?) in \\(.*", "$1"))
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    private static String marks(boolean isThere, World world, Connection connection) throws Exception {
        if (!isThere) {
            delete(connection, world.bare());
            return "";
        }
        return inSession(world, connection, session -> {
            Deletions.of(session).because("retire the legacy app", () -> world.legacy()
                    .forEach(site -> session.remove(session.find(Site.class, site))));
            session.flush();
            return Sites.count(
                            connection,
                            "select count(*) from site where id = any(?) and deletion_id is not null",
                            world.bare())
                    + " marked, and one call takes them back";
        });
    }

    @AllowsHardDelete(reason = "to see it refused", ticket = "issue 6", until = "2099-12-31")
    private static String statements(boolean isThere, World world, Connection connection) throws Exception {
        if (!isThere) {
            delete(connection, world.bare());
            return "";
        }
        return inSession(world, connection, session -> {
            try {
                session.createNativeMutationQuery("delete from app_installation where site_id in (:sites)")
                        .setParameterList("sites", world.legacy())
                        .executeUpdate();
                delete(connection, world.bare());
                return "";
            } catch (HardDeleteRefusedException e) {
                return message(e);
            }
        });
    }

    private interface Work {
        String in(Session session) throws Exception;
    }

    private static String inSession(World world, Connection connection, Work work) throws Exception {
        try (SessionFactory factory = Hibernate.start(world.live());
                Session session = factory.withOptions().connection(connection).openSession()) {
            session.beginTransaction();
            return CrossTenant.write("the script of 5 April").call(() -> work.in(session));
        }
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
