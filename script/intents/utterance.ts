import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Intent } from '../../contract/src/model/answer.ts'
import { createGazetteer } from '../../server/src/service/intelligence/question/gazetteer.ts'
import { featuresOf } from '../../server/src/service/intelligence/question/intent/term-feature.ts'
import type { NamedThing } from '../../server/src/service/intelligence/question/question.ts'
import { readWords } from '../../server/src/service/intelligence/question/read-words.ts'

const folder = fileURLToPath(
  new URL('../../server/src/service/intelligence/question/intent/utterance/', import.meta.url),
)

/** One sentence of the learned ones, with what it is about. */
export type Utterance = { intent: Intent; text: string }

/** What `{service}` and the like stand for: words of no language, since words say something. */
const names: Readonly<Record<string, readonly [NamedThing['kind'], string]>> = {
  service: ['SERVICE', 'quorra'],
  service2: ['SERVICE', 'zentiko'],
  database: ['DATABASE', 'quorra-db'],
  queue: ['QUEUE', 'zentiko-queue'],
  cluster: ['CLUSTER', 'vraal-1'],
  namespace: ['NAMESPACE', 'plonq'],
  node: ['NODE', 'xerol-7'],
  pod: ['POD', 'quorra-7d9f6c5b8-x2x9k'],
  workload: ['WORKLOAD', 'fjordis'],
  alert: ['ALERT', 'QuorraGrubeltHigh'],
  metric: ['METRIC', 'quorra_drubs_total'],
  incident: ['INCIDENT', 'INC-42'],
  person: ['PERSON', 'yllva'],
  team: ['PERSON', 'team-plonq'],
  provider: ['PROVIDER', 'aws'],
  runbook: ['RUNBOOK', 'unplug-zentiko'],
}
const gazetteer = createGazetteer(Object.values(names).map(([kind, name]) => ({ kind, name, id: name })))
/** "yesterday" must be of some day; which one says nothing. */
const nowMs = Date.parse('2026-11-21T14:30:00Z')

const intentOf = (file: string): Intent =>
  Intent.parse(file.replace('.txt', '').replaceAll('-', '_').toUpperCase())

/** Of `utterance/`, one file an intent, one sentence a line. */
export const learned = (): Utterance[] =>
  readdirSync(folder)
    .sort()
    .flatMap((file) => linesOf(`${folder}${file}`).map((text) => ({ intent: intentOf(file), text })))

/** Lines of an intent, a tab and a sentence. */
export const readUtterances = (path: string): Utterance[] =>
  linesOf(path).map((line) => {
    const [intent, text] = line.split('\t')
    return { intent: Intent.parse(intent), text: text! }
  })

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')

/** Throws where a placeholder stands for nothing. */
export const featuresOfUtterance = ({ text }: Utterance): ReadonlySet<string> =>
  featuresOf(readWords(spelt(text), gazetteer, nowMs).terms)

const spelt = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (all, kind: string) => {
    const name = names[kind]?.[1]
    if (name === undefined) throw new Error(`${all} in "${text}" stands for nothing.`)
    return name
  })
