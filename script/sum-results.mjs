// Adds up the JSON reports of several test runs (Vitest's `json` reporter) and prints one line for machines:
//   node script/sum-results.mjs FILE…   →   N passed, N failed, N skipped
// A file that did not load, or whose hooks failed, has no failed test of its own and counts as one failure.
import { readFileSync } from 'node:fs'

const results = process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).testResults)
const outcomes = results.flatMap(({ status, assertionResults }) => {
  const own = assertionResults.map((test) => test.status)
  return status === 'failed' && !own.includes('failed') ? [...own, 'failed'] : own
})
const passed = outcomes.filter((outcome) => outcome === 'passed').length
const failed = outcomes.filter((outcome) => outcome === 'failed').length
process.stdout.write(`${passed} passed, ${failed} failed, ${outcomes.length - passed - failed} skipped\n`)
