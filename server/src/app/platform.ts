import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTenant, type TenantId } from '@aiops/contract/model/tenant'
import { createDocumentFolder } from '../adapter/folder/document-folder.ts'
import { createSecretFolder } from '../adapter/folder/secret-folder.ts'
import { createHttpClient } from '../adapter/http/http-client.ts'
import { createHttpExecutor } from '../adapter/http/http-executor.ts'
import { createWebhookNotifier } from '../adapter/http/webhook-notifier.ts'
import { createLogNotifier } from '../adapter/log/log-notifier.ts'
import { createMemoryBus } from '../adapter/memory/event-bus.ts'
import { createHostProbe } from '../adapter/procfs/host-probe.ts'
import { createAlertmanagerApi } from '../edge/alertmanager/index.ts'
import { createAssistantApi } from '../edge/assistant/index.ts'
import { createChatApi } from '../edge/chat/index.ts'
import { createCollector } from '../edge/collector/index.ts'
import { createGateway, createHandlers, createOperationClient, type Handlers } from '../edge/gateway/index.ts'
import { createLiveHub, createPulse } from '../edge/live/index.ts'
import { createLokiApi, tailPaths } from '../edge/loki/index.ts'
import { createPrometheusApi } from '../edge/prometheus/index.ts'
import { createSwenApi } from '../edge/swen/index.ts'
import { createTempoApi } from '../edge/tempo/index.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Lifecycle } from '../kernel/lifecycle.ts'
import type { Log } from '../kernel/log.ts'
import { createMetrics } from '../kernel/metric.ts'
import { systemRandom } from '../kernel/random.ts'
import { createAct } from '../pipeline/act/index.ts'
import { createIngest } from '../pipeline/ingest/index.ts'
import { createFleetRegistry } from '../service/fleet/index.ts'
import { createIdentity, createLentKeys } from '../service/identity/index.ts'
import { createInfrastructure } from '../service/infrastructure/index.ts'
import { createKnowledge } from '../service/knowledge/index.ts'
import { createKubernetes } from '../service/kubernetes/index.ts'
import {
  copiedMetrics,
  createFederation,
  createLogql,
  createPromqlEngine,
  createTelemetry,
  createTraces,
  localLogs,
  localMetrics,
  localTraces,
  notCopied,
  promqlLanguage,
  storeSource,
} from '../service/telemetry/index.ts'
import { openAnalyticsRole } from './analytics/analytics-role.ts'
import { openRules } from './analytics/rules.ts'
import { readTopologyFile } from './analytics/topology-file.ts'
import { openAudit } from './audit.ts'
import { createClusterChanges } from './cluster/cluster-changes.ts'
import {
  connectCluster,
  connectRegistered,
  copyDelivery,
  fileCluster,
  openClusterApi,
} from './cluster/clusters.ts'
import { createFindingAlerts } from './cluster/finding-alerts.ts'
import { clusterObserver, watchableClusters } from './cluster/inside-clusters.ts'
import type { LoadedConfig } from './config.ts'
import { openCostRole } from './cost/cost-role.ts'
import { openDoors } from './doors.ts'
import { watchLog } from './gitops/watched-log.ts'
import { openIntelligence } from './intelligence.ts'
import { openLibrary } from './library.ts'
import { openMcp } from './mcp.ts'
import { createPullingDeps } from './pulling.ts'
import { describeAdapters } from './storage/adapters.ts'
import { openObjectStore } from './storage/object-store.ts'
import { openRecords } from './storage/records.ts'
import { openClusters, openSecretStore } from './storage/secret-store.ts'
import { openTelemetryPorts } from './storage/telemetry-ports.ts'
import { createBackups } from './upkeep/backups.ts'
import { createHealth } from './upkeep/health.ts'
import { version } from './version.ts'

export type Platform = Lifecycle & { readonly url: string }

const webFolder = new URL('../../../web/dist', import.meta.url).pathname

/** Wires every part to the adapters of the configuration. The one place that knows them all, so it is long and straight. */
export async function createPlatform({ config, settings }: LoadedConfig, log: Log): Promise<Platform> {
  const clock = systemClock
  const random = systemRandom
  const metrics = createMetrics({ process: true })
  const base = { clock, random, metrics, log }
  mkdirSync(config.data_folder, { recursive: true, mode: 0o700 })
  const publicUrl = (): string => config.server.public_url || gateway.url
  const folder = (set: string, name: string): string => (set === '' ? join(config.data_folder, name) : set)

  const bus = createMemoryBus({ log, metrics })
  const secrets = createSecretFolder(folder(config.act.secret_folder, 'secrets'))
  const cold = config.store.cold.url
  const objects = cold === '' ? undefined : await openObjectStore(cold, secrets)
  const store = await openTelemetryPorts({
    ...{ ...base, secrets, adapters: config.adapters },
    folder: config.data_folder,
    config: config.store,
    ...(objects ? { objects } : {}),
  })
  const records = await openRecords(config.adapters.records, { ...base, secrets, folder: config.data_folder })
  const { metricStore, logStore, traceStore } = store
  const stores = { metricStore, logStore, traceStore }
  const telemetryLog = watchLog(store.telemetryLog)
  const hostProbe = config.ingest.host.enabled ? createHostProbe() : null

  const lent = createLentKeys(clock)
  const identity = createIdentity({ audit: records.audit, clock, lent }, config.auth)
  const trail = { ...base, chain: records.audit, folder: config.data_folder, secrets }
  const audit = await openAudit(trail, config.auth.audit)
  const knowledge = createKnowledge(
    {
      ...{ ...base, bus, metricStore, topologies: records.topologies, history: records.topologyHistory },
      ...{ changes: records.changes, tenants: config.auth.tenants },
    },
    config.knowledge,
  )
  const telemetry = createTelemetry(stores)
  const engine = createPromqlEngine(clock)
  const logql = createLogql({ logStore, clock })
  const traces = createTraces({ traceStore, clock })
  const source = (tenant: string) => storeSource(metricStore, tenant)
  const pulling = createPullingDeps({ clock, secrets, folder }, config)
  const reaching = { ...pulling, bytesMax: config.federation.answer_bytes_max }
  const federation = createFederation(
    {
      ...{ ...base, engine },
      source: createDocumentFolder(folder(config.federation.folder, 'clusters')),
      connect: (cluster) => connectCluster(reaching, cluster),
      registered: (tenant) => fleet.backends(tenant),
      seen: (tenant, cluster) => fleet.orCopied(tenant, cluster),
      resting: (tenant, id, signal) => fleet.resting(tenant, id, signal),
      local: (tenant) => ({
        ...{ id: config.federation.local_name, name: config.federation.local_name, labels: {} },
        metrics: localMetrics({ engine, metricStore, source }, tenant, { matchers: notCopied }),
        logs: localLogs(logql, tenant),
        traces: localTraces(traces, tenant),
      }),
    },
    config.federation,
  )
  const checking = createHttpClient({ clock }, { ...config.act.outbound, keepAlive: false })
  const watching = createHttpClient({ clock }, config.act.outbound)
  /** Its own connections: an answer that is being written holds one for a minute. */
  const asking = createHttpClient({ clock }, config.act.outbound)
  const sealed = { log, http: checking, folder: config.data_folder, environment: process.env }
  const sealing = await openSecretStore(config.adapters.secrets, sealed)
  const fleet = createFleetRegistry(
    {
      ...{ ...base, bus, http: checking, tenants: config.auth.tenants },
      clusters: await openClusters(config.adapters.secrets, records.clusters, sealed),
      secrets: sealing,
      taken: [config.federation.local_name],
      documented: () => federation.documents().map((document) => fileCluster(reaching, document)),
      connect: (reach) => connectRegistered(reaching, reach),
      openApi: (reach) => openClusterApi({ http: watching, clock }, reach),
      storeCopy: copyDelivery(() => ingest),
      copied: (tenant, name) => copiedMetrics({ engine, metricStore, source }, tenant, name),
    },
    config.fleet,
  )
  const kubernetes = createKubernetes(
    {
      ...{ ...base, bus, version },
      clusters: () => watchableClusters(fleet, config.auth.tenants),
      exists: (tenant, id) => fleet.has(tenant, id),
      mirror: (tenant, id, topology) => knowledge.mirror(tenant, `kubernetes:${id}`, topology),
    },
    config.kubernetes,
  )
  const observe = clusterObserver({ fleet, federation, kubernetes, clock })
  const infrastructure = createInfrastructure(
    { ...{ ...base, bus }, clusters: () => observe(config.auth.tenants) },
    config.infrastructure,
  )
  const findings = (tenant: TenantId) => [...kubernetes.findings(tenant), ...infrastructure.findings(tenant)]
  const analytics = openAnalyticsRole(
    { ...base, ...stores, bus, records, knowledge, findings, engine, source, ingest: () => ingest },
    config,
  )
  const { stream, detect, correlate, explain, learning, slos, forecasts } = analytics
  const act = createAct(
    {
      ...base,
      bus,
      records,
      metricStore,
      secrets,
      executors: [createHttpExecutor({ clock }, config.act.outbound)],
      notifiers: [
        ...(config.act.notify.log ? [createLogNotifier(log)] : []),
        ...config.act.notify.webhooks.map((webhook) =>
          createWebhookNotifier({ clock, secrets }, webhook, config.act.outbound),
        ),
      ],
      runbookSource: createDocumentFolder(folder(config.act.runbook_folder, 'runbooks')),
      resolveIncident: async (tenant, id, actor, comment) =>
        void (await correlate.setStatus(tenant, id, 'RESOLVED', actor, comment)),
      publicUrl,
    },
    config.act,
  )
  const ingest = createIngest(
    {
      ...base,
      ...stores,
      telemetryLog: telemetryLog.log,
      alerts: records.alerts,
      bus,
      hostProbe,
      ruleSource: createDocumentFolder(folder(config.ingest.rules.folder, 'rules')),
      pulling,
      mappingSource: createDocumentFolder(folder(config.ingest.alert_mappings.folder, 'mappings')),
    },
    config.ingest,
  )

  const rules = openRules(
    {
      ...{ ...base, promql: engine, source, publicUrl, ingest },
      folder: folder(config.telemetry.rules.folder, 'prometheus-rules'),
    },
    config,
  )

  const findingAlerts = createFindingAlerts(
    { clock, log, ingest, findings, tenants: config.auth.tenants },
    {
      severityMin: config.kubernetes.alert_severity,
      perRequestMax: config.ingest.alerts_per_request_max,
    },
  )

  const clusterChanges = createClusterChanges({
    ...{ ...base, kubernetes, knowledge },
    clusters: () => watchableClusters(fleet, config.auth.tenants),
  })

  const pulse = createPulse({ ...base, ingest, detect, catalog: metricStore.catalog, records, bus })
  const collector = createCollector({ ...base, ingest, identity }, config.collector)
  const health = createHealth(
    {
      dataFolder: config.data_folder,
      writable: telemetryLog.writable,
      damaged: store.damaged,
      listeners: collector.listeners,
      clock,
    },
    version,
  )
  const backups = createBackups({
    tenant: config.auth.tenants[0] ?? defaultTenant,
    folder: config.data_folder,
    position: () => store.telemetryLog.last(),
    ...{ clock, log, version, secrets },
  })
  const clientOf = createOperationClient(() => handlers, identity)
  const intelligence = await openIntelligence(
    { ...{ ...base, bus, records, clientOf, http: asking, secrets, identity }, folder: config.data_folder },
    config.intelligence,
  )
  const library = openLibrary(
    { ...base, bus, records, act, knowledge, identity, http: asking, secrets },
    config,
  )
  const role = await openCostRole(
    {
      ...{ ...base, bus, records, metricStore, engine, source, observe, files: pulling.files, lent },
      ...{ http: checking, secrets, sealing, identity, version, ingest: () => ingest },
      ...{ publicUrl, ownUrl: () => gateway.url },
    },
    config,
  )
  const handlers: Handlers = createHandlers({
    ...{ ...role, intelligence, audit, library, maintenance: analytics.maintenance },
    ...{ ingest, stream, detect, correlate, explain, act, knowledge, telemetry, federation, fleet },
    ...{ kubernetes, infrastructure, learning, slos, forecasts, traces, records, bus, pulse, clock },
    hostName: hostProbe?.hostName ?? null,
    health,
    backups,
    settings: () => ({
      settings,
      adapters: describeAdapters(config.adapters),
      data_folder: config.data_folder,
      version,
    }),
  })
  const { allowed_hosts: allowedHosts } = config.server
  const alertmanager = createAlertmanagerApi({
    ...{ alerts: records.alerts, silences: correlate.silences, identity, clock, version },
    resolveTimeout: config.ingest.alert_resolve_timeout,
  })
  const prometheus = createPrometheusApi({
    ...{ promql: engine, language: promqlLanguage, source, metricStore, rules, clock, version },
    scrapeTargets: (tenant) => ingest.scrapeTargets(tenant),
    cardinality: (tenant, limit) => telemetry.cardinality(tenant, limit),
  })
  const tempo = createTempoApi({ traces, clock, version })
  const loki = createLokiApi({
    ...{ logql, bus, identity, clock, metrics, version, allowedHosts },
  })
  const assistant = createAssistantApi({ kubernetes, fleet, clock })
  const receivers = [
    ...ingest.receivers,
    ...alertmanager.receivers,
    ...prometheus.receivers,
    ...tempo.receivers,
    ...loki.receivers,
    ...assistant.receivers,
    ...role.receivers,
  ]
  const chatApi = createChatApi({ chat: intelligence.chat, identity, clock, metrics, allowedHosts })
  const doors = openDoors(
    { ...base, secrets, knowledge, records, intelligence, clientOf, publicUrl, version },
    config.changes,
  )
  const streams = [...chatApi.streams, ...doors.streams, ...role.streams, ...audit.routes]
  const mcp = openMcp(
    {
      ...{ ...base, bus, clientOf, intelligence, http: watching, secrets, version },
      ...{ folder: config.data_folder, tenants: config.auth.tenants },
      publicUrl: () => config.server.public_url,
    },
    config.mcp,
  )
  const swen = createSwenApi({ clientOf, identity, bus, clock, allowedHosts })
  const web = [...mcp.routes, ...role.web, ...swen.routes, ...doors.web]
  const quotas = { sendChatMessage: intelligence.chat.quota }
  const gateway = createGateway(
    { ...base, handlers, quotas, receivers, streams, web, identity, webFolder, version },
    config.server,
  )
  const live = createLiveHub({
    ...base,
    bus,
    identity,
    catalog: metricStore.catalog,
    allowedHosts,
  })
  live.attach(gateway.server, (path) => tailPaths.has(path) || chatApi.takes(path) || swen.takes(path))
  loki.attach(gateway.server)
  chatApi.attach(gateway.server)
  swen.attach(gateway.server)

  // Those that take come before those that give; the gateway opens last and closes first.
  const parts: readonly Lifecycle[] = [
    audit,
    knowledge,
    federation,
    fleet,
    kubernetes,
    infrastructure,
    intelligence,
    act,
    library,
    ...analytics.parts,
    live,
    loki,
    ingest,
    rules,
    slos,
    forecasts,
    findingAlerts,
    ...role.parts,
    clusterChanges,
    pulse,
    collector,
    gateway,
    // Its readers are sent away before the gateway waits for them.
    chatApi,
    swen,
    mcp,
  ]
  return {
    get url() {
      return gateway.url
    },
    async start() {
      for (const part of parts) await part.start()
      const file = config.knowledge.topology_file ?? ''
      if (file !== '')
        for (const tenant of config.auth.tenants) await knowledge.put(tenant, readTopologyFile(file), 'FILE')
    },
    async stop() {
      for (const part of parts.toReversed()) await part.stop()
      await bus.idle()
      await backups.idle()
      await store.close()
      await objects?.close()
      await records.close()
    },
  }
}
