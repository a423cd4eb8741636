String log = new File(basedir, 'build.log').text
assert log.contains(' 32 rules, 0 violations, 0 accepted.')
assert log.contains('Tests run: 1, Failures: 0')
