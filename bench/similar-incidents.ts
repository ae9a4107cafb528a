// How well past incidents of the same nature are found: `node bench/similar-incidents.ts [--seeds 5] [--shapes]`; --shapes draws other systems too.
// SIMULATED: there is no public set of labelled incidents with their likeness. A simulator draws incidents of 24 families of faults at random
// places of a random system, with missing and coincidental alerts, metrics of another name, wrong or missing diagnoses and chance changes.
// Relevant is who is of the same family. Compared with BM25 over the text of the same incidents. It says that the method does what it is
// made for and that each part earns its weight; it does not say how well it does on anybody's real incidents.
import { parseArgs } from 'node:util'
import { systemClock } from '../server/src/kernel/clock.ts'
import { type Random, seededRandom } from '../server/src/kernel/random.ts'
import { Turn } from '../server/src/kernel/turn.ts'
import { LibraryConfig } from '../server/src/service/library/config.ts'
import { FieldIndex } from '../server/src/service/library/search/field-index.ts'
import { tokensOf } from '../server/src/service/library/search/token.ts'
import { type Floor, mostAlike } from '../server/src/service/library/similar/likeness.ts'
import { LikenessFloor } from '../server/src/service/library/similar/likeness-floor.ts'
import {
  type Course,
  type IncidentProfile,
  profileForm,
} from '../server/src/service/library/similar/profile.ts'
import { ProfileBook } from '../server/src/service/library/similar/profile-book.ts'
import { cpuSeconds, machine } from './machine.ts'

const { seeds, shapes } = parseArgs({
  options: { seeds: { type: 'string', default: '5' }, shapes: { type: 'boolean', default: false } },
}).values
const usual = {
  ...{
    familyCount: 24,
    unseenCount: 6,
    incidentCount: 600,
    askedCount: 200,
    serviceCount: 60,
    thingCount: 20,
  },
  /** Chances: of a sign of the family, of one that fires whatever the cause, of a coincidental alert and symptom, of a right and a known diagnosis. */
  ...{
    alert: 0.75,
    general: 0.5,
    chanceAlert: 0.2,
    chanceSymptom: 0.15,
    symptom: 0.7,
    right: 0.8,
    known: 0.75,
  },
}
let shape = usual
const otherShapes: Record<string, Partial<typeof usual>> = {
  'half a year of a small system': { familyCount: 12, incidentCount: 60 },
  'its first weeks': { familyCount: 6, incidentCount: 20 },
  'many of many kinds': { familyCount: 60, unseenCount: 20, incidentCount: 2_000, serviceCount: 200 },
  'few of each kind': { familyCount: 100, unseenCount: 30, incidentCount: 300 },
  'few services': { serviceCount: 8 },
  'few names for many kinds': { thingCount: 8 },
  'hardly any coincidence': { chanceAlert: 0.05, chanceSymptom: 0.05 },
  'much coincidence, few signs': { chanceAlert: 0.4, chanceSymptom: 0.35, alert: 0.6, symptom: 0.5 },
  'hardly any diagnosis': { known: 0.2 },
}
const limit = 5

type Family = {
  name: string
  category: string
  alerts: string[]
  symptoms: IncidentProfile['symptoms']
  change: string | null
  said: string[]
  role: { callers: number; callees: number }
}
type Drawn = { family: string; profile: IncidentProfile; text: string }

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!
const some = <T>(random: Random, list: readonly T[], count: number): T[] =>
  [...list]
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ one }) => one)

const things =
  'pool heap queue lease cache socket replica partition index token cursor buffer thread descriptor quota volume shard route session lock'.split(
    ' ',
  )
const troubles =
  'exhausted leaking stuck corrupted expired throttled lagging saturated rejected stale evicted deadlocked'.split(
    ' ',
  )
const categories = [
  'LATENCY',
  'ERRORS',
  'CPU',
  'MEMORY',
  'POOL',
  'DOWN',
  'DEPLOY',
  'TRAFFIC',
  'DISK',
  'NETWORK',
]
/** What fires whatever the cause. */
const general = ['HighLatency', 'HighErrorRate', 'SloBurnRate', 'TargetDown']
const generalSymptoms: IncidentProfile['symptoms'] = [
  { metric: 'http.server.request.duration', course: 'ROSE' },
  { metric: 'http.server.errors', course: 'ROSE' },
  { metric: 'http.server.requests', course: 'FELL' },
]
const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1)

function families(random: Random): Family[] {
  return Array.from({ length: shape.familyCount + shape.unseenCount }, (_, at) => {
    const [thing, other] = some(random, things.slice(0, shape.thingCount), 2) as [string, string]
    const trouble = pick(random, troubles)
    const courses: Course[] = ['ROSE', 'FELL', 'STOPPED', 'DRIFTED']
    return {
      name: `family-${at}`,
      category: pick(random, categories),
      alerts: [`${capital(thing)}${capital(trouble)}`, `${capital(other)}Warning`],
      symptoms: [
        { metric: `${thing}.used`, course: pick(random, courses) },
        { metric: `${thing}.${other}.wait`, course: 'ROSE' },
        { metric: `${other}.count`, course: pick(random, courses) },
      ],
      change: random.next() < 0.5 ? pick(random, ['ROLLOUT', 'CONFIG', 'SCALE']) : null,
      said: [
        `${thing} ${trouble}`,
        `the ${thing} is ${trouble}, ${other} waits`,
        `${other} could not get a ${thing}`,
      ],
      role: pick(random, [
        { callers: 0, callees: 4 },
        { callers: 6, callees: 1 },
        { callers: 2, callees: 0 },
        { callers: 1, callees: 2 },
      ]),
    }
  })
}

function draw(
  random: Random,
  family: Family,
  all: readonly Family[],
  services: readonly string[],
  at: number,
): Drawn {
  const maybe = <T>(list: readonly T[], chance: number): T[] => list.filter(() => random.next() < chance)
  const place = pick(random, services)
  const affected = [place, ...some(random, services, 1 + Math.floor(random.next() * 5))]
  const coincidence = pick(random, all)
  const alerts = [
    ...maybe(family.alerts, shape.alert),
    ...maybe(general, shape.general),
    ...maybe(coincidence.alerts, shape.chanceAlert),
  ]
  const renamed = random.next() < 0.15
  const symptoms = [
    ...maybe(family.symptoms, shape.symptom),
    ...maybe(generalSymptoms, 0.6),
    ...maybe(coincidence.symptoms, shape.chanceSymptom),
  ].map((one) => (renamed ? { ...one, metric: `app.${one.metric}.value` } : one))
  const right = random.next() < shape.right
  const category = right ? family.category : pick(random, categories)
  const sentence = right ? `${place} ${pick(random, family.said)}.` : `${pick(random, services)} became slow.`
  const changed = random.next() < (family.change ? 0.7 : 0.15)
  const messages = [
    `${place}: ${pick(random, family.said)}`,
    ...alerts.map((alert) => `${alert} on ${pick(random, affected)}`),
  ]
  const severity = pick(random, ['CRITICAL', 'HIGH', 'HIGH', 'MEDIUM'] as const)
  const known = random.next() < shape.known
  const title = `${pick(random, affected)}: ${alerts[0] ?? 'degraded'}`
  const text = [title, ...messages, known ? sentence : '', ...symptoms.map(({ metric }) => metric)].join('\n')
  return {
    family: family.name,
    text,
    profile: {
      ...{ form: profileForm, id: `i${String(at).padStart(5, '0')}`, number: at + 1, title, severity },
      ...{
        started_at: new Date(at * 3.6e6).toISOString(),
        resolved_at: new Date(at * 3.6e6 + 1.8e6).toISOString(),
      },
      ...{
        seconds_to_resolve: 1_800,
        alerts: [...new Set(alerts)],
        symptoms,
        messages,
        resolution: '',
        runbook: null,
      },
      ...{
        entities: affected.map((one) => `service/${one}`),
        primary: `service/${place}`,
        place: family.role,
      },
      cause: known
        ? {
            entity: `service/${place}`,
            category,
            metric: null,
            sentence,
            confirmed: false,
            by: null,
            probability: 0.7,
          }
        : null,
      changes: changed
        ? [{ kind: family.change ?? 'ROLLOUT', entity: `service/${place}`, summary: 'changed' }]
        : [],
      words: [...new Set(tokensOf(text).map(({ term }) => term))],
    },
  }
}

type Method = (asked: Drawn) => string[]
type Figures = { recall: number; first: number; shown: number; falsely: number }

/** What is known of one that began five minutes ago: half of its signals, and no diagnosis. */
const young = ({ family, profile, text }: Drawn): Drawn => {
  const half = <T>(list: readonly T[]): T[] =>
    list.filter((_, at) => at % 2 === profile.number % 2 || list.length === 1)
  return {
    ...{ family, text: half(text.split('\n')).join('\n') },
    profile: {
      ...profile,
      alerts: half(profile.alerts),
      symptoms: half(profile.symptoms),
      cause: null,
      words: half(profile.words),
    },
  }
}

/** recall@5: of the relevant, at most five, so many are among the first five. `falsely`: of those of a nature never seen, so many got an answer. */
function judge(method: Method, asked: readonly Drawn[], past: readonly Drawn[]): Figures {
  const familyOf = new Map(past.map(({ family, profile }) => [profile.id, family]))
  let [recall, first, shown, seen, falsely, unseen] = [0, 0, 0, 0, 0, 0]
  for (const one of asked) {
    const found = method(one)
    const relevant = past.filter(({ family }) => family === one.family).length
    if (relevant === 0) {
      unseen += 1
      falsely += found.length > 0 ? 1 : 0
      continue
    }
    seen += 1
    const right = found.filter((id) => familyOf.get(id) === one.family).length
    recall += right / Math.min(limit, relevant)
    first += familyOf.get(found[0] ?? '') === one.family ? 1 : 0
    shown += found.length === 0 ? 0 : right / found.length
  }
  return {
    recall: recall / seen,
    first: first / seen,
    shown: shown / seen,
    falsely: unseen === 0 ? 0 : falsely / unseen,
  }
}

const without: Record<string, Partial<IncidentProfile>> = {
  alerts: { alerts: [] },
  symptoms: { symptoms: [] },
  cause: { cause: null },
  places: { entities: [], primary: null, place: null },
  changes: { changes: [] },
  text: { words: [] },
}

/** As the server does it, or with a floor of one's own. */
async function structured(
  past: readonly Drawn[],
  blank: Partial<IncidentProfile> = {},
  floor?: Floor,
): Promise<Method> {
  const book = new ProfileBook(past.length)
  for (const { profile } of past) book.put({ ...profile, ...blank })
  const measured = new LikenessFloor(book, LibraryConfig.parse({}).similarity_floor)
  await measured.refresh(new Turn(systemClock))
  return ({ profile }) =>
    mostAlike({ ...profile, ...blank }, book, {
      floorAt: (known) => floor ?? measured.at(known),
      limit,
    }).alike.map((one) => one.profile.id)
}

function plainBm25(past: readonly Drawn[]): Method {
  const index = new FieldIndex({ k1: 1.2, weight: [1, 1, 1, 1, 1], b: [0.75, 0.75, 0.75, 0.75, 0.75] })
  const none = { title: [], headings: [], tags: [], entities: [] }
  for (const { profile, text } of past)
    index.put(profile.id, { ...none, text: tokensOf(text).map(({ term }) => term) })
  return ({ text }) =>
    index.search([...new Set(tokensOf(text).map(({ term }) => term))], limit).found.map(({ id }) => id)
}

const rows = new Map<string, Figures[]>()
const note = (name: string, figures: Figures): void =>
  void rows.set(name, [...(rows.get(name) ?? []), figures])
let [asks, seconds] = [0, 0]

type World = { past: Drawn[]; asked: Drawn[] }
function world(seed: number): World {
  const random = seededRandom(seed)
  const kinds = families(random)
  const { familyCount, incidentCount, askedCount, serviceCount } = shape
  const services = Array.from({ length: serviceCount }, (_, at) => `svc-${at}`)
  const past = Array.from({ length: incidentCount }, (_, at) =>
    draw(random, pick(random, kinds.slice(0, familyCount)), kinds, services, at),
  )
  const asked = Array.from({ length: askedCount }, (_, at) =>
    draw(random, pick(random, kinds), kinds, services, incidentCount + at),
  )
  return { past, asked }
}

async function compareMethods({ past, asked }: World): Promise<void> {
  const method = await structured(past)
  const before = cpuSeconds()
  note('by structure', judge(method, asked, past))
  seconds += cpuSeconds() - before
  asks += asked.length
  note('by structure, 5 minutes old', judge(method, asked.map(young), past))
  note('BM25 of the text', judge(plainBm25(past), asked, past))
  note('BM25 of the text, 5 minutes old', judge(plainBm25(past), asked.map(young), past))
  for (const [name, blank] of Object.entries(without))
    note(`without ${name}`, judge(await structured(past, blank), asked, past))
  for (const least of [0, 0.3, 0.4, 0.5])
    note(
      `floor ${least} of each`,
      judge(await structured(past, {}, { together: least, alone: least }), asked, past),
    )
}

for (let seed = 1; seed <= Number(seeds); seed += 1) {
  shape = usual
  await compareMethods(world(seed))
  if (!shapes) continue
  for (const [name, other] of Object.entries(otherShapes)) {
    shape = { ...usual, ...other }
    const { past, asked } = world(seed)
    const method = await structured(past)
    note(name, judge(method, asked, past))
    note(`${name}, 5 minutes old`, judge(method, asked.map(young), past))
  }
}
const mean = (list: readonly Figures[], of: keyof Figures): string =>
  (list.reduce((sum, one) => sum + one[of], 0) / list.length).toFixed(3)
process.stdout.write(
  `${JSON.stringify(machine())}\nSIMULATED incidents, ${seeds} seeds, ${usual.incidentCount} past, ${usual.askedCount} asked\n`,
)
process.stdout.write(
  `${'method'.padEnd(46)}recall@5  first right  right of shown  answered where nothing is like it\n`,
)
for (const [name, list] of rows)
  process.stdout.write(
    `${name.padEnd(46)}${mean(list, 'recall')}     ${mean(list, 'first')}        ${mean(list, 'shown')}           ${mean(list, 'falsely')}\n`,
  )
process.stdout.write(
  `${((seconds / asks) * 1_000).toFixed(2)} ms of CPU a question over ${usual.incidentCount} incidents\n`,
)
