import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import type { RelayEntry } from '../../port/relay-log.ts'
import type { Entry, EntryKind } from '../../port/telemetry-log.ts'
import { refusal } from './alert/alertmanager.ts'
import { webhookCredential } from './alert/credential.ts'
import type { IngestConfig } from './config.ts'
import { bodyLimitsOf, Decoder, itemsIn } from './decoder.ts'
import { elasticsearch } from './elasticsearch/elasticsearch.ts'
import type { IngestRequest, Receiver } from './index.ts'
import { loki } from './loki/loki.ts'
import { otlp } from './otlp/otlp.ts'
import { plain } from './plain/plain.ts'
import type { ProtocolDeps, ProtocolFactory, ProtocolReceiver, Taken } from './protocol.ts'
import { receivedHeader } from './receipt.ts'
import { oneByPath } from './receiver-table.ts'
import { Rejections } from './rejection.ts'
import { remoteWrite } from './remote-write/protocol.ts'
import { decompress, encodingOf } from './wire/body.ts'
import { zipkin } from './zipkin/zipkin.ts'

export type PassOnDeps = {
  clock: Clock
  random: Random
  /** Resolves once it is on disk. */
  keep(entry: RelayEntry): Promise<void>
}

const telemetry: readonly ProtocolFactory[] = [remoteWrite, otlp, loki, zipkin, plain, elasticsearch]
/** Answers of these count what was taken, so that they are read; of the others the envelope alone is looked at. */
const counted: ReadonlySet<EntryKind> = new Set<EntryKind>([
  ...(['remote-write-2', 'elasticsearch', 'plain-metrics', 'plain-logs'] as const),
])
/** Series known by their bytes, for those. */
const knownSeriesMax = 1_000
const json = { 'content-type': 'application/json' }

/** Alerts are not read here. PagerDuty's protocol is not among them: its answer names the key that only whoever keeps the alert gives. */
const alertPaths: readonly (Pick<Receiver, 'path' | 'refuse' | 'credential'> & {
  status: number
  body: string
})[] = [
  { path: '/api/v1/alerts/webhook', status: 200, body: '{}' },
  { path: '/api/v1/alerts/webhook/{cluster_id}', status: 200, body: '{}' },
  { path: '/api/v2/alerts', status: 200, body: '', refuse: refusal },
  { path: '/alertmanager/api/v2/alerts', status: 200, body: '', refuse: refusal },
  { path: '/api/v1/alerts/from/{mapping}', status: 202, body: '{}', credential: webhookCredential },
  { path: '/api/v1/events/cloudevents', status: 202, body: '{}', credential: webhookCredential },
]

/**
 * The paths of every protocol over HTTP for a process that keeps requests as they are and sends them on: the same refusals of what is too
 * large, wrongly encoded or of the wrong type, and the same answers. What a body says is for the receiver behind it to judge.
 */
export function passOnReceivers(deps: PassOnDeps, config: IngestConfig): Receiver[] {
  const { clock, random } = deps
  const limits = bodyLimitsOf(config)
  const current = new AsyncLocalStorage<RelayEntry>()
  const take = async (entry: Entry): Promise<Taken> => {
    const request = current.getStore()
    if (!request) throw new Error('a body came without its request')
    if (!counted.has(entry.kind)) {
      decompress(entry.body as Buffer, entry.encoding, entry.format, limits)
      await deps.keep(request)
      return { accepted: 1, written: nothing, rejections: new Rejections() }
    }
    const decoded = decoder.decode(entry)
    const accepted = itemsIn(decoded)
    const { samples, histograms, exemplars, rejections } = decoded
    if (accepted > 0) await deps.keep(request)
    const written = { samples: samples.count, histograms: histograms.length, exemplars: exemplars.length }
    return { accepted, written, rejections }
  }
  // What telemetry protocols need; the rest is for alerts.
  const protocolDeps = { clock, random, config, bodyLimits: limits, take } as unknown as ProtocolDeps
  const spoken = telemetry.map((create) => create(protocolDeps))
  const decoder = new Decoder(
    { ...config, known_series_max: knownSeriesMax, known_series_bytes_max: 1_048_576 },
    spoken,
    {
      ...{ catalog: noCatalog, random },
    },
  )
  const kept = ({ handle, ...receiver }: ProtocolReceiver): Receiver & Pick<ProtocolReceiver, 'accepts'> => ({
    ...receiver,
    async handle(request) {
      const entry = entryOf(receiver, request, clock.now())
      const reply = await current.run(entry, () => handle(request))
      if (reply instanceof Error) throw reply
      return reply
    },
  })
  const alerts = alertPaths.map(
    ({ status, body, ...receiver }): Receiver => ({
      ...{ ...receiver, summary: 'Alerts, kept and sent on.' },
      async handle(request) {
        const encoding = encodingOf(request.headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
        decompress(request.body, encoding, 'json', limits)
        await deps.keep(entryOf(receiver, request, clock.now()))
        return { status, headers: json, body }
      },
    }),
  )
  let inWork = 0
  const all = oneByPath([...spoken.flatMap(({ receivers }) => receivers.map(kept)), ...alerts])
  return all.map((receiver) => ({
    ...receiver,
    async handle(request) {
      if (inWork >= config.requests_in_flight_max)
        throw new Fault('QUEUE_FULL', `${inWork} requests are in work already.`)
      inWork += 1
      try {
        return await receiver.handle(request)
      } finally {
        inWork -= 1
      }
    },
  }))
}

/** Headers that say how a body is written, and those that are part of a message. */
const carried =
  /^(content-type|content-encoding|x-prometheus-remote-write-version|user-agent|ce-[a-z0-9-]+|x-amz-sns-[a-z-]+)$/

function entryOf(
  { method = 'POST', path }: Pick<Receiver, 'method' | 'path'>,
  { tenant, params, query, headers, body }: IngestRequest,
  receivedMs: number,
): RelayEntry {
  const named = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  // A key is for this process, and is not kept.
  query.delete('token')
  const asked = query.size === 0 ? named : `${named}?${query}`
  const told = Object.entries(headers).filter(
    (entry): entry is [string, string] => carried.test(entry[0]) && typeof entry[1] === 'string',
  )
  return {
    ...{ tenant, method: method === 'PUT' ? 'PUT' : 'POST', path: asked, body, receivedMs },
    headers: { ...Object.fromEntries(told), [receivedHeader]: String(receivedMs) },
  }
}

const nothing = { samples: 0, histograms: 0, exemplars: 0 }

/** For readers that only count: every series is the first. */
const noCatalog = new Proxy({} as SeriesCatalog, {
  get: (_, name) => {
    if (name === 'intern' || name === 'internPairs') return () => 0
    throw new Error(`what only counts asks for ${String(name)}`)
  },
})
