String log = new File(basedir, "build.log").text
return log.contains('Dependency convergence error for com.fasterxml:classmate')
