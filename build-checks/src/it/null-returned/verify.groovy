String log = new File(basedir, "build.log").text
return log.contains('[NullAway] returning @Nullable expression from method with @NonNull return type')
