String log = new File(basedir, "build.log").text
return log.contains('[rawtypes] found raw type')
    && log.contains('warnings found and -Werror specified')
