import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { featuresOfUtterance, learned, readUtterances } from '../../script/intents/utterance.ts'
import { modelFile, moduleOf } from '../../script/intents.ts'
import { IntentModel } from '../../server/src/service/intelligence/question/intent/intent-model.ts'
import { learnedIntents } from '../../server/src/service/intelligence/question/intent/learned-intents.ts'

const model = new IntentModel(Buffer.from(learnedIntents, 'base64'))
const shareOf = (utterances: ReturnType<typeof learned>): number =>
  utterances.filter((one) => model.chances(featuresOfUtterance(one))[0]!.intent === one.intent).length /
  utterances.length

test('the model of intents is what its sentences and the words known here make it', () => {
  const isSame = moduleOf(learned()) === readFileSync(modelFile, 'utf8')
  expect(isSame ? 'in step' : 'out of step with its sentences: run "npm run intents"').toBe('in step')
}, 60_000)

test('no sentence is learned as two intents', () => {
  const seen = new Map<string, string>()
  const twice = learned().filter(({ intent, text }) => {
    const other = seen.get(text.toLowerCase())
    seen.set(text.toLowerCase(), intent)
    return other !== undefined && other !== intent
  })
  expect(twice).toEqual([])
})

test('what was learned is read as such, and so are sentences of somebody who wrote none of it', () => {
  const heldOut = readUtterances(fileURLToPath(new URL('../ask/held-out.txt', import.meta.url)))
  const known = new Set(learned().map(({ text }) => text.toLowerCase()))
  expect(heldOut.filter(({ text }) => known.has(text.toLowerCase()))).toEqual([])
  expect(shareOf(learned())).toBeGreaterThan(0.99)
  expect(shareOf(heldOut)).toBeGreaterThan(0.95)
})
