// Learns from the sentences in server/src/service/intelligence/question/intent/utterance how questions are read, and writes the model beside
// them. Run by `npm run intents`; a test keeps the two in step. TypeScript, since it loads the program: the pinned Node runs it.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encode } from './intents/encode.ts'
import { train } from './intents/train.ts'
import { featuresOfUtterance, learned, type Utterance } from './intents/utterance.ts'

export const modelFile = fileURLToPath(
  new URL('../server/src/service/intelligence/question/intent/learned-intents.ts', import.meta.url),
)
/** Weights of less than so many of 127 steps do not change what is read; without them the file is much smaller. */
const stepsLeast = 9

/** A module, since what reads questions reads no files. */
export function moduleOf(utterances: readonly Utterance[]): string {
  const samples = utterances.map((one) => ({ intent: one.intent, features: featuresOfUtterance(one) }))
  const model = encode(train(samples), stepsLeast)
  return `// Made by \`npm run intents\` from the sentences in utterance/: the file that intent-model.ts describes, in Base64.
export const learnedIntents =
  '${model.toString('base64')}'
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const utterances = learned()
  const text = moduleOf(utterances)
  writeFileSync(modelFile, text)
  process.stdout.write(`${utterances.length} sentences learned, ${Math.round(text.length / 1_024)} KiB\n`)
}
