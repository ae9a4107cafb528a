/**
 * Which intent questions are read as: of sentences whose writer saw neither the learned ones nor the code, how many rightly, and how far the
 * chance that is said can be believed. node bench/intents.ts [--file lines of an intent, a tab and a sentence] [--show]
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { featuresOfUtterance, learned, readUtterances } from '../script/intents/utterance.ts'
import { IntentModel } from '../server/src/service/intelligence/question/intent/intent-model.ts'
import { learnedIntents } from '../server/src/service/intelligence/question/intent/learned-intents.ts'
import { machine } from './machine.ts'

const { values } = parseArgs({
  options: {
    file: {
      type: 'string',
      default: fileURLToPath(new URL('../test/ask/held-out.txt', import.meta.url)),
    },
    show: { type: 'boolean', default: false },
  },
})
const model = new IntentModel(Buffer.from(learnedIntents, 'base64'))
const asked = readUtterances(values.file).map((one) => ({ ...one, features: featuresOfUtterance(one) }))
const startMs = performance.now()
const read = asked.map((one) => ({ ...one, chances: model.chances(one.features) }))
const milliseconds = (performance.now() - startMs) / read.length
const isRight = ({ chances, intent }: (typeof read)[number], among = 1): boolean =>
  chances.slice(0, among).some((one) => one.intent === intent)
if (values.show)
  for (const one of read.filter((each) => !isRight(each)))
    process.stderr.write(
      `${one.intent}, read as ${one.chances
        .slice(0, 3)
        .map(({ intent, chance }) => `${intent} ${chance.toFixed(2)}`)
        .join(', ')}: ${one.text}\n`,
    )
const share = (of: typeof read, among = 1): number =>
  Math.round((of.filter((one) => isRight(one, among)).length / of.length) * 1_000) / 1_000
const bands = [0, 0.25, 0.5, 0.75, 0.9]
process.stdout.write(
  `${JSON.stringify(
    {
      ...{ learned: learned().length, asked: read.length, right_ratio: share(read) },
      among_two_ratio: share(read, 2),
      by_chance: bands.map((from, at) => {
        const within = read.filter(
          ({ chances }) => chances[0]!.chance >= from && chances[0]!.chance < (bands[at + 1] ?? 2),
        )
        return { from, asked: within.length, right_ratio: within.length === 0 ? null : share(within) }
      }),
      milliseconds_each: Math.round(milliseconds * 1_000) / 1_000,
      machine: machine(),
    },
    null,
    2,
  )}\n`,
)
