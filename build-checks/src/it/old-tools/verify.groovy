String log = new File(basedir, "build.log").text
return log.contains('RequireJavaVersion failed')
    && log.contains('RequireMavenVersion failed')
