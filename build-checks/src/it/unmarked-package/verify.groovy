String log = new File(basedir, "build.log").text
return log.contains('[RequireExplicitNullMarking]')
