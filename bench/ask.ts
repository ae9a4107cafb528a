/**
 * Questions in plain words over the system of test/ask: how many are answered fully right, how fast.
 * node bench/ask.ts [--set canonical|paraphrase|blind|terse|unforeseen|unheard|stranger|newcomer|plain] [--url URL of a system that is played already] [--show | --all] [--only ID] [--persona ID]
 */
import { parseArgs } from 'node:util'
import { createClient } from '../contract/src/client.ts'
import type { Understanding } from '../contract/src/model/answer.ts'
import { judge, readQuestions, saidOf, type Verdict } from '../test/ask/score.ts'
import { playSystem } from '../test/ask/system/index.ts'
import { machine } from './machine.ts'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'canonical' },
    url: { type: 'string' },
    show: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
    persona: { type: 'string' },
  },
})

const system = values.url === undefined ? await playSystem({}) : undefined
const client = createClient({ url: values.url ?? system!.url })
const verdicts: Verdict[] = []
const milliseconds: number[] = []
for (const asked of readQuestions(values.set)) {
  if (values.only !== undefined && !asked.id.includes(values.only)) continue
  const before: Understanding[] = []
  for (const question of asked.before)
    before.push((await client.ask({ body: { question, before, model: false } })).understanding)
  const startMs = performance.now()
  const answer = await client.ask({
    body: {
      question: asked.question,
      before,
      model: false,
      persona_id: values.persona ?? asked.persona ?? 'default',
    },
  })
  milliseconds.push(performance.now() - startMs)
  verdicts.push(judge(asked, answer))
}
const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0)
if (values.show || values.all) {
  for (const verdict of values.only === undefined && !values.all ? wrong : verdicts) {
    process.stderr.write(`\n# ${verdict.id}: ${verdict.question}\n`)
    for (const line of verdict.wrong) process.stderr.write(`  ! ${line}\n`)
    const { understanding, outcome } = verdict.answer
    const named = understanding.entities.map(({ kind, name }) => `${kind}:${name}`).join(' ')
    process.stderr.write(`  ${understanding.intent} ${understanding.score.toFixed(2)} ${outcome} ${named}\n`)
    process.stderr.write(saidOf(verdict.answer).trim().replace(/^/gm, '  | ').concat('\n'))
  }
}
const sorted = milliseconds.toSorted((a, b) => a - b)
const at = (share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10
process.stdout.write(
  `${JSON.stringify(
    {
      set: values.set,
      questions: verdicts.length,
      right: verdicts.length - wrong.length,
      right_ratio: Math.round(((verdicts.length - wrong.length) / verdicts.length) * 1_000) / 1_000,
      invented: verdicts.reduce((sum, { invented }) => sum + invented.length, 0),
      latency_ms: { p50: at(0.5), p95: at(0.95), max: at(1) },
      machine: machine(),
    },
    null,
    2,
  )}\n`,
)
await system?.stop()
process.exit(0)
