String log = new File(basedir, "build.log").text
return log.contains('Some plugins are missing valid versions')
    && log.contains('org.apache.maven.plugins:maven-antrun-plugin')
