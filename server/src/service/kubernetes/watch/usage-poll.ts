import { z } from 'zod'
import { systemClock } from '../../../kernel/clock.ts'
import { Turn } from '../../../kernel/turn.ts'
import {
  type ClusterApi,
  ClusterApiFailure,
  type RawObject,
  type ResourceType,
} from '../../../port/cluster-api.ts'
import type { ObjectSink } from '../memory/sink.ts'
import { quantityOf } from '../object/quantity.ts'
import { pause } from './abort.ts'
import { Backoff } from './backoff.ts'
import { sliceMs, type WatchContext } from './context.ts'

export type UsagePollDeps = Pick<WatchContext, 'api' | 'clock' | 'random' | 'settings'> & {
  /** To ask one by one, where not all may be read. */
  namespaces(): readonly string[]
}

const of = (plural: string, kind: string, namespaced: boolean): ResourceType => ({
  ...{ group: 'metrics.k8s.io', version: 'v1beta1', plural, kind, namespaced },
})
const nodes = of('nodes', 'NodeMetrics', false)
const pods = of('pods', 'PodMetrics', true)
const pageObjects = 500
const pagesMax = 2_000

const amounts = z.object({ cpu: z.coerce.string().catch(''), memory: z.coerce.string().catch('') })
const time = { timestamp: z.string(), window: z.string().catch('') }
const NodeMetrics = z.object({ metadata: z.object({ name: z.string() }), ...time, usage: amounts })
const PodMetrics = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  ...time,
  containers: z.array(z.unknown()),
})
const ContainerMetrics = z.object({ name: z.string(), usage: amounts })

/**
 * Asks metrics.k8s.io, which cannot be watched, what nodes and pods use. A cluster without it, or that does not let it be read, is asked
 * again when other kinds like that are; nothing is told meanwhile.
 */
export function createUsagePoll(
  deps: UsagePollDeps,
  sink: Pick<ObjectSink, 'nodeUsage' | 'podUsage'>,
): { run(signal: AbortSignal): Promise<void> } {
  const { clock, random, settings } = deps
  const jitter = (ms: number): number => ms * (0.9 + random.next() / 5)
  return {
    async run(signal) {
      const backoff = new Backoff(random)
      while (!signal.aborted) {
        const answers = await Promise.allSettled([
          pollNodes(deps, sink, signal),
          pollPods(deps, sink, signal),
        ])
        const failures = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
        const isQuiet = failures.length === answers.length && failures.every(isRefused)
        if (failures.length < answers.length) backoff.succeeded()
        const failedMs = failures.length === answers.length ? backoff.next(retryAfterOf(failures)) : 0
        await pause(
          clock,
          jitter(isQuiet ? settings.deniedRetryMs : Math.max(settings.usageMs, failedMs)),
          signal,
        )
      }
    },
  }
}

/** Once, for who does not watch; nothing where it cannot be had. */
export async function readUsage(
  api: ClusterApi,
  signal: AbortSignal,
  sink: Pick<ObjectSink, 'nodeUsage' | 'podUsage'>,
): Promise<void> {
  const deps = { api, clock: systemClock, settings: { namespacesMax: 0 }, namespaces: () => [] }
  await Promise.allSettled([pollNodes(deps, sink, signal), pollPods(deps, sink, signal)])
}

const isRefused = (error: unknown): boolean =>
  error instanceof ClusterApiFailure && (error.httpStatus === 403 || error.httpStatus === 404)
const retryAfterOf = (errors: readonly unknown[]): number =>
  Math.max(0, ...errors.map((error) => (error instanceof ClusterApiFailure ? (error.retryAfterMs ?? 0) : 0)))

type Asked = Pick<UsagePollDeps, 'api' | 'clock' | 'namespaces'> & {
  settings: Pick<UsagePollDeps['settings'], 'namespacesMax'>
}

async function pollNodes(
  deps: Asked,
  sink: Pick<ObjectSink, 'nodeUsage'>,
  signal: AbortSignal,
): Promise<void> {
  await each(deps, nodes, undefined, signal, (item) => {
    const parsed = NodeMetrics.safeParse(item)
    const usage = parsed.success ? usageOf(parsed.data, parsed.data.usage) : undefined
    if (parsed.success && usage) sink.nodeUsage(parsed.data.metadata.name, usage)
  })
}

async function pollPods(deps: Asked, sink: Pick<ObjectSink, 'podUsage'>, signal: AbortSignal): Promise<void> {
  const tell = (item: RawObject): void => {
    const parsed = PodMetrics.safeParse(item)
    if (!parsed.success) return
    const { namespace, name } = parsed.data.metadata
    for (const one of parsed.data.containers) {
      const container = ContainerMetrics.safeParse(one)
      const usage = container.success ? usageOf(parsed.data, container.data.usage) : undefined
      if (container.success && usage) sink.podUsage(namespace, name, container.data.name, usage)
    }
  }
  try {
    await each(deps, pods, undefined, signal, tell)
  } catch (error) {
    if (!(error instanceof ClusterApiFailure) || error.httpStatus !== 403) throw error
    const some = deps.namespaces().slice(0, deps.settings.namespacesMax)
    let last: unknown = error
    let told = false
    for (const namespace of some)
      try {
        await each(deps, pods, namespace, signal, tell)
        told = true
      } catch (refused) {
        if (!isRefused(refused)) throw refused
        last = refused
      }
    if (!told) throw last
  }
}

async function each(
  { api, clock }: Pick<UsagePollDeps, 'api' | 'clock'>,
  type: ResourceType,
  namespace: string | undefined,
  signal: AbortSignal,
  tell: (item: RawObject) => void,
): Promise<void> {
  const turn = new Turn(clock, sliceMs)
  let next: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await api.list(type, {
      ...{ limit: pageObjects, signal },
      ...(namespace === undefined ? {} : { namespace }),
      ...(next === undefined ? {} : { continue: next }),
    })
    for (const item of answer.items) {
      if (signal.aborted) return
      tell(item)
      if (turn.due()) await turn.give()
    }
    next = answer.continue
    if (next === undefined) return
  }
}

/** Undefined where time or amounts are none. */
function usageOf(
  { timestamp, window }: { timestamp: string; window: string },
  { cpu, memory }: { cpu: string; memory: string },
): { timeMs: number; windowMs: number; cpuCores: number; memoryBytes: number } | undefined {
  const usage = {
    timeMs: Date.parse(timestamp),
    windowMs: goDurationMs(window),
    cpuCores: quantityOf(cpu),
    memoryBytes: quantityOf(memory),
  }
  return Object.values(usage).every((value) => Number.isFinite(value) && value >= 0) ? usage : undefined
}

const unitMs: Record<string, number> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
}

/** `1m30.5s`, as Go writes durations; 0 for what is none. */
function goDurationMs(text: string): number {
  let sum = 0
  for (const [, number = '', unit = ''] of text.slice(0, 64).matchAll(/([\d.]+)(h|ms|m|us|µs|ns|s)/g))
    sum += Number(number) * (unitMs[unit] ?? 0)
  return Number.isFinite(sum) ? sum : 0
}
