package veche.rehearsal;

import picocli.CommandLine.Command;

/// `veche bench`: what this machine does, measured and not promised.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {BenchBoard.class, BenchCount.class, BenchMix.class},
    description = {"Измеряет скорость на этой машине.", "Measures the speed of this machine."})
public final class Bench {}
