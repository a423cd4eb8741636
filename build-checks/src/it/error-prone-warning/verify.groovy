String log = new File(basedir, "build.log").text
return log.contains('[UnusedVariable]') && log.contains('Compilation failure')
