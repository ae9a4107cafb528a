import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@aiops/contract/client'
import { startServer, temporaryFolder } from '../../journey/server.ts'
import { type ClusterPrometheus, serveClusterPrometheus } from './cluster-prometheus.ts'
import { podsOf } from './cluster-trouble.ts'
import { type Fleet, playFleet } from './fleet.ts'
import { type LogLine, LogPlay } from './log-play.ts'
import { MetricPlay } from './metric-play.ts'
import { awaitSystem } from './readiness.ts'
import { runbook, tellAlerts, tellChanges, tellTopology } from './told.ts'
import { TracePlay } from './trace-play.ts'

export type PlayOptions = {
  /** Where the platform listens; a free port unless given. */
  port?: number
  /** `name=value` of further settings of the platform. */
  settings?: readonly string[]
  /** For how long it may take until everything is found, ms. */
  withinMs?: number
}

export type PlayedSystem = {
  url: string
  client: Client
  /** The moment, ms since 1970, that the page's times count from. */
  factsAt: number
  stop(): Promise<void>
}

/** What is read often here, so that nobody waits: findings, GPUs and clocks, and diagnoses. */
const settings = [
  ...['ingest.host.enabled=false', 'explain.settle=1s', 'kubernetes.analyze_interval=1s'],
  ...['infrastructure.interval=2s', 'infrastructure.rest=2s'],
  ...['infrastructure.gpu.throttled_minutes=0.1', 'infrastructure.cnf.ptp_state_seconds=1'],
  // Two hours told within seconds are no news: what is wrong was noticed long ago, by people's alerts.
  'detect.stale_after=1ms',
  // Nothing here has a price: within a minute the shipped ones would give it one.
  'cost.prices.defaults=false',
  // Traces are a sample: fewer of them than there are intervals would say little of each.
  'stream.span_interval=10s',
]
const liveEveryMs = 5_000

/** The system of README.md in a platform of its own, until it is stopped. It goes on living: what is measured is measured on. */
export async function playSystem(options: PlayOptions = {}): Promise<PlayedSystem> {
  const folder = temporaryFolder('asked')
  mkdirSync(join(folder.path, 'runbooks'), { recursive: true })
  writeFileSync(join(folder.path, 'runbooks', 'restart-pool.yaml'), runbook)
  const stops: (() => unknown)[] = [() => folder.remove()]
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    const port = options.port === undefined ? [] : ['--port', String(options.port)]
    const server = await startServer(folder.path, [...settings, ...(options.settings ?? [])], 30_000, port)
    stops.push(() => server.stop())
    const { url, client } = server
    const factsAt = Date.now()
    const prometheus: ClusterPrometheus = await serveClusterPrometheus()
    stops.push(() => prometheus.stop())
    // What calls what is known before anything breaks, and what is measured before anybody is told of it.
    await tellTopology(client)
    await tellChanges(client, factsAt)
    const players = [new MetricPlay(url, factsAt), new TracePlay(url, factsAt)]
    const logs = new LogPlay(url, factsAt)
    const [fleet, lines] = await Promise.all([
      playFleet(client, factsAt, prometheus.url),
      logs.playTo(factsAt),
      ...players.map((one) => one.playTo(factsAt)),
    ])
    stops.push(() => fleet.stop())
    writePodLogs(fleet, lines)
    prometheus.ranker = podsOf(fleet.east, 'ranker')[0]!.metadata.name
    stops.push(live([...players, { playTo: async (ms) => writePodLogs(fleet, await logs.playTo(ms)) }]))
    await tellAlerts(url, client, factsAt)
    await awaitSystem(client, options.withinMs ?? 60_000)
    return { url, client, factsAt, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Player = { playTo(untilMs: number): Promise<unknown> }
/** Goes on playing from now on; returns what ends it. A round that fails is made up for by the next. */
function live(players: readonly Player[]): () => Promise<void> {
  let round: Promise<unknown> = Promise.resolve()
  let isOver = false
  const timer = setInterval(() => {
    round = round.then(async () => {
      for (const player of isOver ? [] : players) await player.playTo(Date.now()).catch(() => undefined)
    })
  }, liveEveryMs)
  return async () => {
    isOver = true
    clearInterval(timer)
    await round
  }
}

/** The same lines as the three pods of billing wrote them, by turns. */
function writePodLogs({ east }: Fleet, lines: readonly LogLine[]): void {
  const pods = podsOf(east, 'billing')
  for (const [i, { atMs, text }] of lines.entries()) {
    const pod = pods[i % pods.length]
    // No pod is older than the rollout.
    if (pod && atMs > Date.parse(pod.metadata.creationTimestamp))
      east.logs.append('payments', pod.metadata.name, 'billing', text, atMs)
  }
}
