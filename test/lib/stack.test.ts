// One test file for the four, since every test file loads the CDK anew and that takes longer than the tests.
import './stack/data.ts'
import './stack/apis.ts'
import './stack/functions.ts'
import './stack/app.ts'
