String log = new File(basedir, "build.log").text
return log.contains('no comment')
    && log.contains('warnings found and -Werror specified')
