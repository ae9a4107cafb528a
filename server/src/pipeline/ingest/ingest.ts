import { durationMs } from '@aiops/contract/model/time'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { Entry } from '../../port/telemetry-log.ts'
import { AlertIntake } from './alert-intake.ts'
import { alertsOfWebhook } from './alertmanager-webhook.ts'
import { decompress, encodingOf, formatOf, parseJson } from './body.ts'
import type { IngestConfig } from './config.ts'
import { Decoder, labelLimits } from './decoder.ts'
import { HostSampler } from './host-sampler.ts'
import type { Ingest, IngestDeps, IngestReply, IngestRequest, Receiver } from './index.ts'
import { Intake } from './intake.ts'
import { IngestMeter, type Protocol } from './meter.ts'
import { exportReply, type RejectedField } from './otlp/reply.ts'
import { remoteWriteEncoding } from './remote-write-header.ts'

/** Answers, or returns the fault of a request that was partly taken and is counted already; throws any other. */
type Handler = (request: IngestRequest) => Promise<IngestReply | Fault>

/** Wires receivers to intakes: straight, so longer than a function should be. */
export function createIngest(deps: IngestDeps, config: IngestConfig): Ingest {
  const { clock, log } = deps
  const meter = new IngestMeter(deps.metrics)
  const decoder = new Decoder(config, deps.metricStore.catalog, deps.random)
  const intake = new Intake(deps, decoder, meter)
  const alertIntake = new AlertIntake(deps, {
    labels: labelLimits(config),
    alertsMax: config.alerts_per_request_max,
    knownMax: config.known_alerts_max,
  })
  const host =
    deps.hostProbe && config.host.enabled
      ? new HostSampler(
          { probe: deps.hostProbe, intake, meter, clock, log },
          durationMs(config.host.interval),
        )
      : undefined
  const bodyLimits = {
    bodyBytesMax: config.body_bytes_max,
    decompressedBytesMax: config.decompressed_bytes_max,
    jsonBytesMax: config.json_bytes_max,
  }
  const inFlight = new Set<Promise<unknown>>()
  let ready = false

  /** Runs a request within the bound, counts its refusal, and lets `stop` wait for it. */
  async function guarded<T>(tenant: string, protocol: Protocol, task: () => Promise<T | Fault>): Promise<T> {
    let running: Promise<T | Fault> | undefined
    try {
      if (!ready) throw new Fault('NOT_READY', 'The platform is starting or stopping.')
      if (inFlight.size >= config.requests_in_flight_max)
        throw new Fault('QUEUE_FULL', `${inFlight.size} requests are in work already.`)
      running = task()
      inFlight.add(running)
      const result = await running
      if (!(result instanceof Fault)) return result
      throw new CountedFault(result)
    } catch (error) {
      if (error instanceof CountedFault) throw error.fault
      if (isFault(error)) meter.refused(tenant, protocol, error)
      throw error
    } finally {
      if (running) inFlight.delete(running)
    }
  }

  const receiver = (path: string, summary: string, protocol: Protocol, handler: Handler): Receiver => ({
    path,
    summary,
    handle: (request) => guarded(request.tenant, protocol, () => handler(request)),
  })

  const remoteWrite: Handler = async (request) => {
    const entry: Entry = {
      ...entryOf(request, 'remote-write'),
      encoding: remoteWriteEncoding(request, bodyLimits),
      format: 'protobuf',
    }
    const { decoded, accepted } = await intake.accept(entry)
    meter.accepted(request.tenant, 'remote-write', decoded)
    return decoded.rejections.fault(accepted, 'samples') ?? { status: 204 }
  }

  const otlp =
    (kind: Entry['kind'], field: RejectedField): Handler =>
    async (request) => {
      const format = formatOf(request.headers, ['protobuf', 'json'])
      const encoding = encodingOf(request.headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
      const { decoded, accepted } = await intake.accept({ ...entryOf(request, kind), encoding, format })
      meter.accepted(request.tenant, 'otlp', decoded)
      const refused = accepted === 0 ? decoded.rejections.fault(0, 'items') : undefined
      return refused ?? exportReply(format, field, decoded.rejections)
    }

  const webhook: Handler = async (request) => {
    formatOf(request.headers, ['json'])
    const encoding = encodingOf(request.headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
    const body = parseJson(decompress(request.body, encoding, 'json', bodyLimits))
    const alerts = await alertIntake.accept(
      request.tenant,
      'alertmanager',
      alertsOfWebhook(body, request.params.cluster_id),
    )
    meter.alerts(request.tenant, 'alertmanager', alerts.length)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
  }

  const entryOf = (request: IngestRequest, kind: Entry['kind']): Entry => ({
    kind,
    tenant: request.tenant,
    body: request.body,
    encoding: 'identity',
    format: 'protobuf',
    receivedMs: clock.now(),
  })

  const otlpSignals = [
    { name: 'metrics', handler: otlp('otlp-metrics', 'rejectedDataPoints') },
    { name: 'logs', handler: otlp('otlp-logs', 'rejectedLogRecords') },
    { name: 'traces', handler: otlp('otlp-traces', 'rejectedSpans') },
  ]

  return {
    receivers: [
      ...['/api/v1/write', '/api/v1/metrics/write'].map((path) =>
        receiver(path, 'Prometheus remote write 1.0.', 'remote-write', remoteWrite),
      ),
      ...['/v1', '/otlp/v1'].flatMap((prefix) =>
        otlpSignals.map(({ name, handler }) =>
          receiver(`${prefix}/${name}`, `OTLP/HTTP ${name}, protobuf or JSON.`, 'otlp', handler),
        ),
      ),
      ...['/api/v1/alerts/webhook', '/api/v1/alerts/webhook/{cluster_id}'].map((path) =>
        receiver(path, 'Alertmanager webhook, version 4.', 'alertmanager', webhook),
      ),
    ],

    acceptAlerts: (tenant, source, alerts) =>
      guarded(tenant, 'json', async () => {
        const stored = await alertIntake.accept(tenant, source, alerts)
        meter.alerts(tenant, 'json', stored.length)
        return stored
      }),

    totals: () => ({ ...meter.totals }),

    async start() {
      const startedMs = clock.monotonic()
      const { entries, failed } = await intake.replay()
      if (entries > 0)
        log.info(
          { entries, failed, duration_ms: Math.round(clock.monotonic() - startedMs) },
          'the telemetry log was replayed',
        )
      ready = true
      host?.start()
    },

    async stop() {
      ready = false
      await host?.stop()
      await Promise.allSettled(inFlight)
    },
  }
}

/** Carries a fault past the counting: its items were counted one by one. */
class CountedFault extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}
