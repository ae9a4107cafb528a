import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { Entry } from '../../port/telemetry-log.ts'
import { AlertExpiry } from './alert/alert-expiry.ts'
import { AlertIntake } from './alert/alert-intake.ts'
import { MappingLibrary } from './alert/mapping/mapping-library.ts'
import { SnsGate } from './alert/sns/sns-gate.ts'
import { type IngestConfig, limitsOf } from './config.ts'
import { bodyLimitsOf, Decoder } from './decoder.ts'
import { TargetMemories } from './exposition/target-memory.ts'
import { HostSampler } from './host/host-sampler.ts'
import type { Ingest, IngestDeps, IngestRequest } from './index.ts'
import { Intake } from './intake.ts'
import { labelLimits } from './label-set.ts'
import { TenantLimits } from './limit/tenant-limit.ts'
import { IngestMeter } from './meter.ts'
import type { Protocol, Taken } from './protocol.ts'
import { type ProtocolName, protocols } from './protocols.ts'
import { createPulling } from './pull/pulling.ts'
import { asReceived, withReceipt } from './receipt.ts'
import { oneByPath } from './receiver-table.ts'
import { RelayedRequests } from './relayed.ts'
import { RuleKeeper } from './rule/rule-keeper.ts'
import { StreamRules } from './rule/stream-rules.ts'
import { SenderTable } from './sender-table.ts'

/** Wires receivers to intakes: straight, so longer than a function should be. */
export function createIngest(deps: IngestDeps, config: IngestConfig): Ingest {
  const { clock, log } = deps
  const senders = new SenderTable(clock)
  const meter = new IngestMeter(deps.metrics, senders)
  const alertIntake = new AlertIntake(deps, {
    labels: labelLimits(config),
    alertsMax: config.alerts_per_request_max,
    knownMax: config.known_alerts_max,
  })
  const mappings = new MappingLibrary(
    { source: deps.mappingSource, clock, log },
    durationMs(config.alert_mappings.reload_interval),
  )
  const sns = new SnsGate({ http: deps.pulling?.http, clock, log }, config.sns)
  const alertExpiry = new AlertExpiry(
    { intake: alertIntake, clock, log },
    durationMs(config.alert_resolve_timeout),
  )
  const targetMemories = new TargetMemories()
  const spoken = Object.entries(protocols).map(([key, create]): [ProtocolName, Protocol] => {
    const name = key as ProtocolName
    const protocol = create({
      clock,
      random: deps.random,
      config,
      bodyLimits: bodyLimitsOf(config),
      take: (entry) => deliver(name, asReceived(entry)),
      alerts: alertIntake,
      mappings,
      sns,
      targetMemories,
      countAlerts: (tenant, count, rejections) => {
        meter.alerts(tenant, name, count)
        if (rejections) meter.rejected(tenant, name, rejections)
      },
    })
    return [name, protocol]
  })
  const rules = new StreamRules(deps.metricStore.catalog, {
    redactBuiltIn: config.rules.redact_secrets,
    groupsMax: config.rules.groups_max,
    membersMax: config.rules.members_max,
    redacted: (name) => meter.redacted(name),
  })
  const decoder = new Decoder(
    config,
    spoken.map(([, protocol]) => protocol),
    { catalog: rules.catalog, random: deps.random },
  )
  const limits = new TenantLimits((tenant) => limitsOf(config, tenant), clock)
  const intake = new Intake(deps, { decoder, rules, limits, meter })
  const ruleKeeper = new RuleKeeper(
    { ...deps, rules, decoder, deliver: (delivery) => ingest.deliver('rule', delivery) },
    config.rules,
  )
  const host =
    deps.hostProbe && config.host.enabled
      ? new HostSampler(
          { probe: deps.hostProbe, intake, meter, clock, log },
          durationMs(config.host.interval),
        )
      : undefined
  const pulling = createPulling(
    {
      ...deps,
      pulling: deps.pulling,
      memories: targetMemories,
      deliver: (name, one) => ingest.deliver(name, one),
    },
    config,
  )
  const relayed = new RelayedRequests()
  const inFlight = new Set<Promise<unknown>>()
  let ready = false

  /** Runs a request within the bound, counts its refusal, and lets `stop` wait for it. */
  async function guarded<T>(
    tenant: string,
    protocol: ProtocolName,
    task: () => Promise<T | Fault>,
  ): Promise<T> {
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

  const deliver = async (name: ProtocolName, entry: Entry): Promise<Taken> => {
    const { decoded, accepted } = await intake.accept(entry)
    meter.accepted(entry.tenant, name, decoded)
    const written = {
      samples: decoded.samples.count,
      histograms: decoded.histograms.length,
      exemplars: decoded.exemplars.length,
    }
    return { accepted, written, rejections: decoded.rejections }
  }

  const ingest: Ingest = {
    receivers: oneByPath(
      spoken.flatMap(([name, { receivers }]) =>
        receivers.map((receiver) => ({
          ...receiver,
          ...(receiver.permission === undefined && { quota: (tenant: TenantId) => limits.quota(tenant) }),
          handle: (request: IngestRequest) =>
            relayed.once(request, () =>
              guarded(request.tenant, name, () =>
                withReceipt(request.headers, clock.now(), () => receiver.handle(request)),
              ),
            ),
        })),
      ),
    ),

    deliver: (name, delivery) =>
      guarded(delivery.tenant, name, async () => {
        const { accepted, rejections } = await deliver(name, { ...delivery, receivedMs: clock.now() })
        const fault = accepted === 0 ? rejections.fault(0, 'items') : undefined
        return fault ?? { accepted, rejected: rejections.count, reason: rejections.sentence }
      }),

    acceptAlerts: (tenant, source, alerts) =>
      guarded(tenant, 'json', async () => {
        const stored = await alertIntake.accept(tenant, source, alerts)
        meter.alerts(tenant, 'json', stored.length)
        return stored
      }),

    totals: () => ({ ...meter.totals }),

    streamRules: () => ruleKeeper.state(),
    scrapeTargets: (tenant) => pulling.targets(tenant),
    pulls: (tenant) => pulling.pulls(tenant),
    senders: (tenant) => senders.of(tenant),

    async start() {
      await ruleKeeper.start()
      const startedMs = clock.monotonic()
      const { entries, failed } = await intake.replay()
      if (entries > 0)
        log.info(
          { entries, failed, duration_ms: Math.round(clock.monotonic() - startedMs) },
          'the telemetry log was replayed',
        )
      ready = true
      await mappings.start()
      alertExpiry.start()
      host?.start()
      await pulling.start()
    },

    async stop() {
      await pulling.stop()
      await host?.stop()
      await ruleKeeper.stop()
      ready = false
      await mappings.stop()
      await alertExpiry.stop()
      await Promise.allSettled(inFlight)
    },
  }
  return ingest
}

/** Carries a fault past the counting: its items were counted one by one. */
class CountedFault extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}
