// One file for all five suites: each test file loads the CDK again, which takes longer than the tests.
import './stack/data.ts'
import './stack/apis.ts'
import './stack/functions.ts'
import './stack/tasks.ts'
import './stack/app.ts'
