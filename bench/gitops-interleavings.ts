// How often a change through Git breaks a rule in random histories of proposals, plans, people, races, lies and crashes.
//   node bench/gitops-interleavings.ts [histories=100000] [first seed=1]     SIGTERM: says what it has so far
// Two engines drive the same records against the same forge and the same state, all in memory; a scheduler decides before and after every
// call who goes next. An observer with rules of its own holds every apply against the truth and what the process was told last.
import { interleave } from '../server/src/service/gitops/deployment/interleaving.suite.ts'

const histories = Number(process.argv[2] ?? 100_000)
const first = Number(process.argv[3] ?? 1)
const states = new Map<string, number>()
let applies = 0
let steps = 0
let crashes = 0
let violations = 0
const startMs = performance.now()
let done = 0
let stopped = false
process.once('SIGTERM', () => {
  stopped = true
})
for (let seed = first; seed < first + histories && !stopped; seed += 1) {
  const found = await interleave(seed)
  done += 1
  applies += found.applies
  steps += found.steps
  crashes += found.crashes
  violations += found.violations.length
  for (const violation of found.violations) console.log(`seed ${seed}: ${violation}`)
  for (const state of found.states) states.set(state, (states.get(state) ?? 0) + 1)
}
const seconds = (performance.now() - startMs) / 1_000
console.log(
  JSON.stringify({
    ...{ histories: done, violations, applies, crashes, calls: steps, seconds: Math.round(seconds) },
    states: Object.fromEntries([...states].sort()),
  }),
)
