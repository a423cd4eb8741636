package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.samples.replay.TheScript.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;

/** The main job: {@code mvn -q -Preplay}. Ends with 0 if all holds, with 1 if anything does not. */
public final class Replay {

    private final Options options;
    private final Terminal terminal;
    private final List<Act> acts = new ArrayList<>();

    private Replay(Options options, Terminal terminal) {
        this.options = options;
        this.terminal = terminal;
    }

    /**
     * Plays, and ends the JVM.
     *
     * @param arguments none: options are system properties, {@code replay.size} and others
     */
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset(); // what libraries log is not part of the show
        System.exit(play(Options.of(System.getProperties()), Terminal.standard()) ? 0 : 1);
    }

    /** Returns whether all holds. */
    static boolean play(Options options, Terminal terminal) throws Exception {
        return new Replay(options, terminal).play();
    }

    private boolean play() throws Exception {
        long begin = System.nanoTime();
        terminal.heading("5 April 2022: a script is given site IDs where app IDs were meant");
        List<Row> defences;
        List<Curve.Point> curve;
        try (World world = World.start(options)) {
            terminal.line(
                    "sites",
                    Numbers.of(world.legacy().size() + world.others().size()) + ", of which "
                            + world.legacy().size() + " have the legacy app");
            terminal.line(
                    "rows",
                    Numbers.of(world.rows()) + " in " + Helpdesk.tables().size() + " tables, in "
                            + Numbers.of(Numbers.since(begin)));
            defences = theScript(world);
            Writers writers = new Writers(world);
            new Marked(world).play(act("Act 2. Everything is off but marking"));
            curve = new AsItWas(world, writers)
                    .play(act("Act 3. The rows are really gone: back from the backup database, in place"));
            new FromArchives(world, writers, options.directory())
                    .play(act("Act 4. The same from an archive of each site"));
            new Killed(world, writers, options.directory()).play(act("Act 5. The restore is killed halfway"));
        }
        Duration took = Numbers.since(begin);
        boolean isGood = acts.stream().allMatch(Act::isGood);
        Path page = new Page(options, acts, defences, curve, took).write();
        terminal.heading("The end");
        terminal.line("report", page.toString());
        terminal.result(
                isGood,
                acts.stream().filter(Act::isGood).count() + " of " + acts.size() + " acts hold, in "
                        + Numbers.of(took));
        return isGood;
    }

    private Act act(String title) {
        Act act = new Act(terminal, title);
        acts.add(act);
        return act;
    }

    private List<Row> theScript(World world) throws Exception {
        Act act = act("Act 1. The script, and one defence at a time");
        List<Row> rows = new TheScript(world).play(new Defences(options.directory()).all(), options.without());
        int sites = world.legacy().size();
        terminal.table(rows);
        for (Row row : rows) {
            act.check(row.holds(sites), row.defence().title() + " stops it alone");
        }
        act.fact("not built yet", String.join("; ", Defences.NOT_BUILT_YET));
        act.end(rows.size() + " defences, each alone: 0 sites lost. Without any: " + sites + " each time.");
        return rows;
    }
}
