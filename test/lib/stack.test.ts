// One file for all suites: each test file loads the CDK again, which takes longer than the tests.
import './stack/data.ts'
import './stack/apis.ts'
import './stack/functions.ts'
import './stack/tasks.ts'
import './stack/alarms.ts'
import './stack/site.ts'
import './stack/edge.ts'
import './stack/app.ts'
