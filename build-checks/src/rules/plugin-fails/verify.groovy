String log = new File(basedir, 'build.log').text
assert log.contains('Code breaks the rules of Tenant Safety')
assert log.contains(' 30 rules, 29 violations, 0 accepted.')
File reports = new File(basedir, 'target/tenant-safety')
// each rule once, but for one that knows no store until it is named
List<String> kept = []
new groovy.xml.XmlSlurper().parse(new File(reports, 'TEST-tenant-safety.xml')).testcase.each { if (it.failure.size() == 0) { kept << it.@name.text() } }
assert kept == ['no code removes for good from a store that was named']
assert new groovy.json.JsonSlurper().parse(new File(reports, 'tenant-safety.sarif')).runs[0].results.size() == 29
assert new File(reports, 'tenant-safety.txt').text.contains('Bad.java:')
