/**
 * Property tests draw the same cases in every run, so that a change is judged by what it changed; `FUZZ_SEED=random` (as `npm run
 * soak` has it) draws others, and a failure prints the seed that repeats it: `FUZZ_SEED=N npm test`.
 */
import fc from 'fast-check'

const wanted = process.env.FUZZ_SEED ?? '1'
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })
