// One test file for the five, since every test file loads the CDK anew and that takes longer than the tests.
import './stack/data.ts'
import './stack/apis.ts'
import './stack/functions.ts'
import './stack/tasks.ts'
import './stack/app.ts'
