String log = new File(basedir, "build.log").text
return log.contains('The following files had format violations')
