String log = new File(basedir, 'build.log').text
assert log.contains('Code breaks the rules of Tenant Safety')
assert log.contains(' 32 rules, 30 violations, 0 accepted.')
File reports = new File(basedir, 'target/tenant-safety')
// each rule once, but for one that knows no store until it is named, and one for libraries that are not here
List<String> kept = []
new groovy.xml.XmlSlurper().parse(new File(reports, 'TEST-tenant-safety.xml')).testcase.each { if (it.failure.size() == 0) { kept << it.@name.text() } }
assert kept == ['no code removes for good from a store that was named', 'no repository of Micronaut or Jakarta Data has a method that removes rows for good']
assert new groovy.json.JsonSlurper().parse(new File(reports, 'tenant-safety.sarif')).runs[0].results.size() == 30
assert new File(reports, 'tenant-safety.txt').text.contains('Bad.java:')
