package dev.tenantsafety.benchmarks.transfer;

/** What is timed. */
enum Step {
    EXPORT,
    BARE_OUT,
    PLAN,
    EXECUTE,
    PLAN_AGAIN,
    EXECUTE_AGAIN,
    PLAN_OF_ARCHIVE,
    EXECUTE_OF_ARCHIVE,
    BARE_IN,
    BARE_THROUGH,
    STATELESS_INSERT,
    PERSIST
}
