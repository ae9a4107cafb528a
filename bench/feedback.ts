import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Anomaly } from '../contract/src/model/anomaly.ts'
import type { FeedbackVerdict } from '../contract/src/model/feedback.ts'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { createMemoryBus } from '../server/src/adapter/memory/event-bus.ts'
import { isoTime, ManualClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { seededRandom } from '../server/src/kernel/random.ts'
import { anomalyOf } from '../server/src/pipeline/detect/anomaly.ts'
import { DetectConfig } from '../server/src/pipeline/detect/config.ts'
import { Detector } from '../server/src/pipeline/detect/detector.ts'
import type { Transition } from '../server/src/pipeline/detect/opened.ts'
import { ProfileBook } from '../server/src/pipeline/detect/rule/profile-book.ts'
import { settingsOf } from '../server/src/pipeline/detect/settings.ts'
import { evidenceOf } from '../server/src/service/learning/correction/evidence.ts'
import { CorrectionTable } from '../server/src/service/learning/correction/in-force.ts'
import { crossValidate } from '../server/src/service/learning/correction/score.ts'
import { type TrainingInputs, train } from '../server/src/service/learning/correction/train.ts'
import { createLearning, LearningConfig } from '../server/src/service/learning/index.ts'
import { dayMs, type Kind, type Planted, simulate, stepMs } from './feedback-shop.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * What labels are worth: a simulated fortnight, judged by the live detector. Of what it told in the first week people label 50 anomalies;
 * the second week, of which nobody labelled anything, is judged without and with what that taught. Then the same with one hostile person,
 * who calls a hundred real ones noise.
 *   node bench/feedback.ts [--seeds 5] [--services 30] [--labels 50]
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    services: { type: 'string', default: '30' },
    labels: { type: 'string', default: '50' },
  },
})
const labelsCount = Number(values.labels)
const startMs = Date.UTC(2026, 0, 5)
const days = 14
const splitMs = startMs + 7 * dayMs
const config = DetectConfig.parse({})
const because = 'Looked at the dashboards and asked around: this is nothing, it always does that here.'

type World = ReturnType<typeof simulate>
type Told = { anomaly: Anomaly; series: number; kind: Kind; event: Planted | undefined }

/** All that the detector tells, corrected from the second week on. */
function detect({ series, planted }: World, table: CorrectionTable): Told[] {
  const book = new ProfileBook(config)
  const detector = new Detector(settingsOf(config))
  const meta = { kind: 'GAUGE' as const }
  const profileOf = (index: number) =>
    book.profile(book.numberOf('default', series[index]?.labels ?? {}, meta, false, false))
  for (let index = 0; index < series.length; index += 1) detector.register(index, profileOf(index))
  const open = new Map<number, Transition>()
  const told: Told[] = []
  const close = (index: number, transition: Transition): void => {
    open.delete(index)
    const { labels } = series[index] as World['series'][number]
    const anomaly = anomalyOf(
      {
        id: `${index}-${transition.opened.openedMs}`,
        detected_at: isoTime(transition.opened.openedMs),
        incident_id: null,
      },
      { ref: index, tenant: 'default', labels, meta },
      profileOf(index),
      { ...transition, kind: 'ENDED' },
    )
    const event = planted.find(
      (one) =>
        one.series === index &&
        one.startMs <= transition.opened.openedMs &&
        transition.opened.openedMs <= one.endMs + 3 * stepMs,
    )
    told.push({ anomaly, series: index, kind: event?.kind ?? 'NOISE', event })
  }
  let bounds = '[]'
  for (let i = 0; i < days * (dayMs / stepMs); i += 1) {
    const timeMs = startMs + i * stepMs
    if (timeMs >= splitMs) {
      const now = table.bounds(timeMs)
      const text = JSON.stringify(now)
      if (text !== bounds) {
        bounds = text
        book.correct('default', now)
        for (let index = 0; index < series.length; index += 1) detector.reprofile(index, profileOf(index))
      }
    }
    for (let index = 0; index < series.length; index += 1) {
      const { from, values: said } = series[index] as World['series'][number]
      const value = said[i - from]
      if (value === undefined) continue
      const transition = detector.step(index, timeMs, value, true)
      if (transition?.kind === 'ENDED') close(index, transition)
      else if (transition) open.set(index, transition)
    }
  }
  for (const [index, transition] of open) close(index, transition)
  return told.sort((a, b) => a.anomaly.detected_at.localeCompare(b.anomaly.detected_at))
}

const verdictOf: Record<Kind, FeedbackVerdict> = { REAL: 'TRUE', NOISE: 'NOISE', EXPECTED: 'EXPECTED' }

type Labelling = { hostile: 'NONE' | 'SLOW' | 'FIRST' | 'BURST'; guarded: boolean }

/** People label through the service itself, with its limits and its quarantine; returns what they taught. */
async function teach(told: readonly Told[], seed: number, { hostile, guarded }: Labelling) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-feedback-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  const clock = new ManualClock(splitMs)
  const random = seededRandom(seed * 7 + 1)
  const metrics = createMetrics()
  const settings = {
    check_every: '52w',
    ...(guarded ? {} : { bulk_labels: 1_000, outlier_sigmas: 1e6, volume_share_max: 1, user_share_max: 1 }),
  }
  const learning = createLearning(
    {
      ...{
        records,
        clock,
        random: seededRandom(seed),
        metrics,
        log: silentLog,
        tenants: ['default'],
        correct: () => Promise.resolve(),
      },
      bus: createMemoryBus({ log: silentLog, metrics }),
    },
    LearningConfig.parse(settings),
  )
  await learning.start()
  const firstWeek = told.filter(({ anomaly }) => Date.parse(anomaly.detected_at) < splitMs)
  for (const { anomaly } of firstWeek) await records.anomalies.save(anomaly)
  const shuffled = firstWeek
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
  const label = async (user: string, { anomaly }: Told, verdict: FeedbackVerdict, pauseMs: number) => {
    await learning.label('default', user, {
      target: 'ANOMALY',
      id: anomaly.id,
      verdict,
      explanation: because,
    })
    await clock.advance(pauseMs)
  }
  const honest = async () => {
    for (const [i, one] of shuffled.slice(0, labelsCount).entries()) {
      // One in twenty clicks is a slip.
      const slip = random.next() < 0.05
      const verdict = slip ? (one.kind === 'REAL' ? 'NOISE' : 'TRUE') : verdictOf[one.kind]
      await label(['anna', 'ben', 'cem'][i % 3] as string, one, verdict, 120_000)
    }
  }
  const attack = async () => {
    const real = shuffled.filter(({ kind }) => kind === 'REAL').slice(0, 100)
    for (const one of real) await label('mallory', one, 'NOISE', hostile === 'BURST' ? 1_000 : 600_000)
  }
  if (hostile === 'FIRST') await attack()
  await honest()
  if (hostile === 'SLOW' || hostile === 'BURST') await attack()
  const found = await records.feedback.list('default', { verdicts: [], states: [], limit: 5_000, offset: 0 })
  const rules = LearningConfig.parse(settings)
  const inputs: TrainingInputs = {
    as_of_ms: clock.now(),
    parameters: {
      ...{ half_life_ms: 90 * dayMs, user_share_max: rules.user_share_max },
      ...{ chance_real_max: rules.chance_real_max, factor_max: rules.factor_max },
    },
    evidence: evidenceOf(found.labels),
  }
  const before = cpuSeconds()
  const { corrections } = train(inputs)
  const trainMs = (cpuSeconds() - before) * 1_000
  const held = found.labels.filter(({ state }) => state === 'QUARANTINED')
  await learning.stop()
  await records.close()
  rmSync(folder, { recursive: true, force: true })
  return {
    corrections,
    validated: crossValidate(inputs),
    trainMs,
    hostileHeld: held.filter(({ user }) => user === 'mallory').length,
    hostileGiven: found.labels.filter(({ user }) => user === 'mallory').length,
    honestHeld: held.filter(({ user }) => user !== 'mallory').length,
  }
}

/** Of the second week. `fresh`: only series of which nobody labelled anything. */
function score({ planted }: World, told: readonly Told[], isCounted: (series: number) => boolean) {
  const second = told.filter(
    ({ anomaly, series }) => Date.parse(anomaly.detected_at) >= splitMs && isCounted(series),
  )
  const events = planted.filter(
    ({ kind, startMs: at, series }) => kind === 'REAL' && at >= splitMs && isCounted(series),
  )
  const right = second.filter(({ kind }) => kind === 'REAL').length
  const found = new Set(second.filter(({ kind }) => kind === 'REAL').map(({ event }) => event)).size
  return { told: second.length, right, events: events.length, found }
}
type Score = ReturnType<typeof score>
const sum = (scores: readonly Score[]): Score =>
  scores.reduce(
    (all, one) => ({
      told: all.told + one.told,
      right: all.right + one.right,
      events: all.events + one.events,
      found: all.found + one.found,
    }),
    { told: 0, right: 0, events: 0, found: 0 },
  )
const rounded = (value: number) => Math.round(value * 1_000) / 1_000
const shown = (scores: readonly Score[]) => {
  const all = sum(scores)
  return { ...all, precision: rounded(all.right / all.told), recall: rounded(all.found / all.events) }
}

const attacks = ['SLOW', 'FIRST', 'BURST'] as const
const scores: Record<string, Score[]> = {}
const add = (name: string, one: Score) => {
  scores[name] = [...(scores[name] ?? []), one]
}
const notes: unknown[] = []
for (let seed = 1; seed <= Number(values.seeds); seed += 1) {
  const world = simulate(seed, Number(values.services), days, startMs)
  const shipped = detect(world, new CorrectionTable([]))
  const all = () => true
  add('before', score(world, shipped, all))
  const taught = await teach(shipped, seed, { hostile: 'NONE', guarded: true })
  const corrected = detect(world, new CorrectionTable(taught.corrections))
  add('after', score(world, corrected, all))
  const labelled = new Set(
    taught.corrections.filter(({ scope }) => scope === 'SERIES').map(({ match }) => JSON.stringify(match)),
  )
  const unlabelled = (series: number) => !labelled.has(JSON.stringify(world.series[series]?.labels))
  add('before, series without a correction of their own', score(world, shipped, unlabelled))
  add('after, series without a correction of their own', score(world, corrected, unlabelled))
  for (const [name, kept] of [
    ['without windows', taught.corrections.filter(({ window }) => window === null)],
    ['without corrections of whole metrics', taught.corrections.filter(({ scope }) => scope === 'SERIES')],
  ] as const)
    add(`after, ${name}`, score(world, detect(world, new CorrectionTable(kept)), all))
  const poisoned: Record<string, string> = {}
  for (const hostile of attacks) {
    const after = await teach(shipped, seed, { hostile, guarded: true })
    add(`hostile ${hostile}`, score(world, detect(world, new CorrectionTable(after.corrections)), all))
    poisoned[hostile] =
      `${after.hostileHeld}/${after.hostileGiven} hostile and ${after.honestHeld} honest labels held`
  }
  const bare = await teach(shipped, seed, { hostile: 'SLOW', guarded: false })
  add('hostile SLOW, no quarantine', score(world, detect(world, new CorrectionTable(bare.corrections)), all))
  notes.push({
    seed,
    corrections: taught.corrections.map(
      ({ match, factor, scope, window }) =>
        `${scope} ${match.__name__} ${match['service.name'] ?? '*'} ${factor}${window ? ' window' : ''}`,
    ),
    cross_validated: {
      before: taught.validated.before.precision,
      after: taught.validated.after.precision,
      recall: taught.validated.after.recall,
    },
    train_ms: Math.round(taught.trainMs * 10) / 10,
    poisoned,
  })
}
console.log(
  JSON.stringify(
    {
      bench: 'feedback',
      machine: machine(),
      labels: labelsCount,
      seeds: Number(values.seeds),
      scores: Object.fromEntries(Object.entries(scores).map(([name, all]) => [name, shown(all)])),
      notes,
      cpu_s: Math.round(cpuSeconds()),
    },
    null,
    2,
  ),
)
