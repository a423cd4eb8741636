String log = new File(basedir, 'build.log').text
assert log.contains("Rule 'tenant safety' was violated")
assert log.contains('rows are removed for good')
