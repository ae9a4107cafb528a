import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Event } from '@aiops/contract/event'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Incident } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import type { RunbookStep } from '@aiops/contract/model/runbook'
import { must } from '../../kernel/assert.ts'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { createLog, type Log, silentLog } from '../../kernel/log.ts'
import { createMetrics, type Metrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { Executor } from '../../port/executor.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { Notification, Notifier } from '../../port/notifier.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { createAct } from './act.ts'
import { ActConfig } from './config.ts'
import { anomalyOf, diagnosisOf, incidentOf } from './incident-sample.suite.ts'
import type { Act, ActDeps } from './index.ts'

export const tenant = 'default'
export const adminKey = 'k3y-of-the-admin-door'

/** A step asked of the outside, as the fake executor saw it, its secrets filled in. */
export type Effect = { url: string; headers: Record<string, string>; idempotencyKey: string }

/** Act on a real record store in a folder of its own; everything around it is in the test's hands. */
export type World = {
  path: string
  clock: ManualClock
  records: RecordStore
  act: Act
  effects: Effect[]
  sent: Notification[]
  events: Event[]
  logged: string[]
  /** What the outside does with a step; by default it answers 200. */
  answer: (effect: Effect, step: RunbookStep) => Promise<string>
  deliver: (notification: Notification) => Promise<void>
  files: { file: string; text: string }[]
  values: Map<string, number>
  openIncident(overrides?: Partial<Incident>): Promise<Incident>
  diagnose(incident: Incident, causes: [entity: string, probability: number][]): Promise<void>
  /** As correlation does: written first, then told. */
  resolve(incident: Incident): Promise<void>
  anomaly(incident: Incident, state: Anomaly['state'], overrides?: Partial<Anomaly>): Promise<void>
  remediations(): Promise<Remediation[]>
  /** A new act on the same disk, as after a crash: what the old one holds in memory is never asked again. */
  restart(options?: WorldOptions): Promise<void>
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

export type WorldOptions = {
  config?: Parameters<typeof ActConfig.parse>[0]
  runbooks?: string[]
  /** Puts a failing or dying store between act and the disk. */
  through?: (records: RecordStore) => RecordStore
  /** `name` or `name>route`: told of the incidents of that route alone. */
  notifierNames?: string[]
}

export const restoreRunbook = `
id: restore
name: Restore
match: { entities: ['service/*'] }
steps:
  - { name: Restore it, type: http, method: POST, url: 'http://shop.local/services/{{service}}/restore', headers: { authorization: 'Bearer {{secret.SHOP_ADMIN}}' } }
verify: { hold: 6s, within: 30s }
rollback:
  - { name: Undo it, type: http, method: POST, url: 'http://shop.local/services/{{service}}/undo', headers: { authorization: 'Bearer {{secret.SHOP_ADMIN}}' } }
`

/** The adapters a world runs on; tests hand them in, for only they may name them. */
export type Adapters = {
  openRecords(path: string): Promise<RecordStore>
  createBus(options: { log: Log; metrics: Metrics }): EventBus
}

export const worldOn =
  (adapters: Adapters) =>
  (options: WorldOptions = {}): Promise<World> =>
    createWorld(adapters, options)

async function createWorld(adapters: Adapters, options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-act-'))
  const path = join(folder, 'records.db')
  const clock = new ManualClock()
  const records = await adapters.openRecords(path)
  const logged: string[] = []
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } })
  const world: World = {
    path,
    clock,
    records,
    act: undefined as unknown as Act,
    effects: [],
    sent: [],
    events: [],
    logged,
    answer: async () => '200 OK',
    deliver: async () => undefined,
    files: (options.runbooks ?? [restoreRunbook]).map((text, index) => ({ file: `${index}.yaml`, text })),
    values: new Map(),
    async openIncident(overrides) {
      const draft = incidentOf(`incident-${Math.round(clock.monotonic())}`, isoTime(clock.now()), overrides)
      const incident = await records.incidents.insert(draft)
      publish({ event_type: 'INCIDENT_CREATED', payload: incident })
      await settled()
      return incident
    },
    async diagnose(incident, causes) {
      const diagnosis = diagnosisOf(incident, isoTime(clock.now()), causes)
      await records.diagnoses.save(tenant, diagnosis)
      publish({ event_type: 'RCA_COMPLETE', payload: diagnosis })
      await settled()
    },
    async resolve(incident) {
      const at = isoTime(clock.now())
      const resolved: Incident = { ...incident, status: 'RESOLVED', resolved_at: at, updated_at: at }
      await records.incidents.update(resolved)
      publish({ event_type: 'INCIDENT_UPDATED', payload: resolved })
      await settled()
    },
    anomaly: (incident, state, overrides) => records.anomalies.save(anomalyOf(incident, state, overrides)),
    remediations: async () =>
      (await records.remediations.list(tenant, { statuses: [], limit: 100, offset: 0 })).remediations,
    async restart(next = options) {
      clockOf(world).forget()
      start(next)
      await world.act.start()
    },
    async advance(ms) {
      await clock.advance(ms)
      await settled()
    },
    async close() {
      await world.act.stop()
      await records.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  let publish: (event: Pick<Event, 'event_type' | 'payload'>) => void = () => undefined

  function start(next: WorldOptions): void {
    const bus = adapters.createBus({ log: silentLog, metrics: createMetrics() })
    bus.subscribe('events', 'test', (event) => void world.events.push(event))
    publish = ({ event_type, payload }) =>
      bus.publish('events', {
        event_id: 'e',
        source: 'test',
        tenant_id: tenant,
        timestamp: isoTime(clock.now()),
        event_type,
        payload,
      } as Event)
    const deps = depsOf(world, next, log, () => publish)
    world.act = createAct({ ...deps, bus }, ActConfig.parse(next.config ?? {}))
  }
  start(options)
  await world.act.start()
  return world
}

/** Timers of an act that is dead must not fire: a crash takes them along. */
const clockOf = (world: World): { forget(): void } => ({
  forget() {
    for (const cancel of cancelsOf(world).splice(0)) cancel()
  },
})
const cancels = new WeakMap<World, (() => void)[]>()
function cancelsOf(world: World): (() => void)[] {
  const known = cancels.get(world) ?? []
  cancels.set(world, known)
  return known
}

/** Lets every promise chain that needs no time run to its end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

function depsOf(
  world: World,
  options: WorldOptions,
  log: Log,
  publisher: () => (event: Pick<Event, 'event_type' | 'payload'>) => void,
): Omit<ActDeps, 'bus'> {
  const own = cancelsOf(world)
  const { clock, records } = world
  const kept = (cancel: () => void) => {
    own.push(cancel)
    return cancel
  }
  return {
    records: options.through?.(records) ?? records,
    metricStore: fakeMetricStore(world),
    executors: [fakeExecutor(world)],
    notifiers: (options.notifierNames ?? ['log', 'hook']).map((name) => fakeNotifier(world, name)),
    runbookSource: { load: async () => world.files },
    secrets: {
      async read(name) {
        if (name !== 'SHOP_ADMIN') throw new Fault('VALIDATION_FAILED', `Secret ${name} is not set.`)
        return adminKey
      },
    },
    async resolveIncident(_, id) {
      const incident = must(await records.incidents.get(tenant, id), 'the incident exists')
      if (incident.status === 'RESOLVED') throw new Fault('CONFLICT', 'resolved already')
      const resolved: Incident = { ...incident, status: 'RESOLVED', resolved_at: isoTime(clock.now()) }
      await records.incidents.update(resolved)
      publisher()({ event_type: 'INCIDENT_UPDATED', payload: resolved })
    },
    publicUrl: () => 'http://localhost:8080',
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, task) => kept(clock.after(ms, task)),
      every: (ms, task) => kept(clock.every(ms, task)),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason)
          const cancel = kept(clock.after(ms, resolve))
          signal?.addEventListener('abort', () => {
            cancel()
            reject(signal.reason)
          })
        }),
    },
    random: seededRandom(1 + world.events.length),
    metrics: createMetrics(),
    log,
  }
}

const fakeExecutor = (world: World): Executor => ({
  type: 'http',
  describe: (step) =>
    step.type === 'http' ? `${step.method} ${step.url} with ${JSON.stringify(step.headers)}` : '',
  async run(step, { idempotencyKey }) {
    if (step.type !== 'http') throw new Error('http only')
    const effect = { url: step.url, headers: step.headers, idempotencyKey }
    world.effects.push(effect)
    return world.answer(effect, step)
  },
})

const fakeNotifier = (world: World, name: string): Notifier => ({
  name,
  routes: name.split('>').slice(1),
  async send(notification) {
    await world.deliver(notification)
    if (name !== 'log') world.sent.push(notification)
  },
})

/** One series a metric name, whose one value in any range is what the test set; before the incident it was 10. */
function fakeMetricStore(world: World): MetricStore {
  const names = (): string[] => [...world.values.keys()]
  return {
    catalog: {
      select: (_: string, matchers: { value: string }[]) =>
        names().flatMap((name, ref) => (name === matchers[0]?.value ? [ref] : [])),
    },
    async range({ refs, startMs, endMs }: { refs: number[]; startMs: number; endMs: number }) {
      const past = endMs < world.clock.now() - 1_000
      const value = (ref: number): number =>
        past ? 10 : (world.values.get(names()[ref] ?? '') ?? Number.NaN)
      const timesMs = Float64Array.from([startMs, (startMs + endMs) / 2, endMs])
      return refs.map((ref) => ({ ref, timesMs, values: new Float64Array(3).fill(value(ref)) }))
    },
  } as unknown as MetricStore
}
