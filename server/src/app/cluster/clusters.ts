import { encodeWriteRequest } from '../../edge/prometheus/index.ts'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import type { ClusterBackends } from '../../port/cluster-backend.ts'
import type { FileReader } from '../../port/file-reader.ts'
import type { HttpClient, HttpSockets, HttpStreams } from '../../port/http-client.ts'
import type { ApiOptions } from '../../port/json-api.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { FileCluster, FleetDeps, Kubeconfig, Reach, TargetAccess } from '../../service/fleet/index.ts'
import type { BackendDocument, ClusterDocument } from '../../service/telemetry/index.ts'

type Deps = { http: HttpClient; secrets: SecretSource; files: FileReader; bytesMax: number }

/** The systems that a cluster document names, reached through the guarded HTTP client. Who names none loads none of their code. */
export async function connectCluster(deps: Deps, document: ClusterDocument): Promise<ClusterBackends> {
  const { id, name, labels, prometheus, loki, tempo, alertmanager } = document
  const of = (backend: BackendDocument): ApiOptions => optionsOf(deps, backend)
  const asked = prometheus || alertmanager ? await import('../../adapter/prometheus/index.ts') : undefined
  const logs = loki ? (await import('../../adapter/loki/index.ts')).createLokiBackend : undefined
  const traces = tempo ? (await import('../../adapter/tempo/index.ts')).createTempoBackend : undefined
  return {
    ...{ id, name, labels },
    ...(asked && prometheus ? { metrics: asked.createPrometheusBackend(deps.http, of(prometheus)) } : {}),
    ...(logs && loki ? { logs: logs(deps.http, of(loki)) } : {}),
    ...(traces && tempo ? { traces: traces(deps.http, of(tempo)) } : {}),
    ...(asked && alertmanager
      ? { alerts: asked.createAlertmanagerBackend(deps.http, of(alertmanager)) }
      : {}),
  }
}

/** A registered cluster, reached as its credentials of the moment allow. */
export async function connectRegistered(deps: Deps, reach: Reach): Promise<ClusterBackends> {
  const { id, name, labels, endpoints } = reach
  const { prometheus_url, loki_url, tempo_url, alertmanager_url } = endpoints
  const of = (url: string, target: Parameters<Reach['access']>[0]): ApiOptions => ({
    ...{ url, bytesMax: deps.bytesMax, access: () => reach.access(target) },
  })
  const asked =
    prometheus_url || alertmanager_url ? await import('../../adapter/prometheus/index.ts') : undefined
  const logs = loki_url ? (await import('../../adapter/loki/index.ts')).createLokiBackend : undefined
  const traces = tempo_url ? (await import('../../adapter/tempo/index.ts')).createTempoBackend : undefined
  return {
    ...{ id, name, labels },
    ...(asked && prometheus_url
      ? { metrics: asked.createPrometheusBackend(deps.http, of(prometheus_url, 'PROMETHEUS')) }
      : {}),
    ...(logs && loki_url ? { logs: logs(deps.http, of(loki_url, 'LOKI')) } : {}),
    ...(traces && tempo_url ? { traces: traces(deps.http, of(tempo_url, 'TEMPO')) } : {}),
    ...(asked && alertmanager_url
      ? { alerts: asked.createAlertmanagerBackend(deps.http, of(alertmanager_url, 'ALERTMANAGER')) }
      : {}),
  }
}

/** What the API server of a cluster is asked through. */
export async function openClusterApi(
  { http, clock }: { http: HttpClient & HttpStreams & HttpSockets; clock: Clock },
  { api_server_url, access }: Reach,
): Promise<ClusterApi> {
  const { createClusterApi } = await import('../../adapter/kubernetes/cluster-api.ts')
  return createClusterApi(
    { http, streams: http, sockets: http, clock },
    { server: api_server_url ?? '', access: () => access('API_SERVER') },
  )
}

/** The API server of a kubeconfig, for commands that need no platform. */
export async function openKubeconfig(kubeconfig: Kubeconfig): Promise<ClusterApi> {
  const { server, ca, serverName, insecure, token, clientCertificate } = kubeconfig
  const { createHttpClient } = await import('../../adapter/http/http-client.ts')
  const http = createHttpClient({ clock: systemClock }, { deny: [], keepAlive: false })
  const access: TargetAccess = {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(serverName === undefined ? {} : { serverName }),
      ...(clientCertificate ?? {}),
      insecureSkipVerify: insecure,
    },
  }
  const reach = { id: '', name: '', labels: {}, endpoints: {}, api_server_url: server }
  return openClusterApi({ http, clock: systemClock }, { ...reach, access: async () => access })
}

/** What is copied from clusters goes the way of what senders send. */
export const copyDelivery =
  (ingest: () => Pick<Ingest, 'deliver'>): FleetDeps['storeCopy'] =>
  async (tenant, series) => {
    const body = encodeWriteRequest(
      series.map(({ labels, timesMs, values, histograms }) => ({
        ...{ labels, timesMs, values: Float64Array.from(values) },
        histograms: {
          timesMs: histograms.map(({ timeMs }) => timeMs),
          histograms: histograms.map(({ histogram }) => histogram),
        },
      })),
    )
    return ingest().deliver('copy', {
      ...{ kind: 'copied', tenant, body, encoding: 'identity', format: 'protobuf' },
    })
  }

/** A cluster of a document, as the registry checks and shows it. */
export function fileCluster(deps: Deps, document: ClusterDocument): FileCluster {
  const { prometheus, loki, tempo, alertmanager, api_server } = document
  const backends = { API_SERVER: api_server, PROMETHEUS: prometheus, TEMPO: tempo, LOKI: loki }
  return {
    ...{ id: document.id, name: document.name, tenant: document.tenant, labels: document.labels },
    ...{ display_name: document.display_name ?? null, region: document.region ?? null },
    ...{ cluster_type: document.cluster_type, platform: document.platform },
    ...{ environment: document.environment, api_server_url: api_server?.url ?? null },
    endpoints: {
      ...(prometheus ? { prometheus_url: prometheus.url } : {}),
      ...(loki ? { loki_url: loki.url } : {}),
      ...(tempo ? { tempo_url: tempo.url } : {}),
      ...(alertmanager ? { alertmanager_url: alertmanager.url } : {}),
    },
    async access(target) {
      const backend = backends[target]
      return backend ? optionsOf(deps, backend).access() : { headers: {} }
    },
  }
}

const optionsOf = ({ secrets, files, bytesMax }: Deps, backend: BackendDocument): ApiOptions => ({
  ...{ url: backend.url, bytesMax },
  async access() {
    const { token_secret: token, basic_secret: basic, tls } = backend
    const authorization =
      token === undefined
        ? basic === undefined
          ? undefined
          : `Basic ${Buffer.from(await secrets.read(basic)).toString('base64')}`
        : `Bearer ${await secrets.read(token)}`
    return {
      headers: { ...backend.headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(tls
        ? {
            tls: {
              insecureSkipVerify: tls.insecure_skip_verify,
              ...(tls.ca_file === undefined ? {} : { ca: await files.read(tls.ca_file) }),
              ...(tls.server_name === undefined ? {} : { serverName: tls.server_name }),
            },
          }
        : {}),
    }
  },
})
