import type { ClusterBackends } from '../port/cluster-backend.ts'
import type { FileReader } from '../port/file-reader.ts'
import type { HttpClient } from '../port/http-client.ts'
import type { ApiOptions } from '../port/json-api.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { BackendDocument, ClusterDocument } from '../service/telemetry/index.ts'

type Deps = { http: HttpClient; secrets: SecretSource; files: FileReader; bytesMax: number }

/** The systems that a cluster document names, reached through the guarded HTTP client. Who names none loads none of their code. */
export async function connectCluster(deps: Deps, document: ClusterDocument): Promise<ClusterBackends> {
  const { id, name, labels, prometheus, loki, tempo, alertmanager } = document
  const of = (backend: BackendDocument): ApiOptions => optionsOf(deps, backend)
  const asked = prometheus || alertmanager ? await import('../adapter/prometheus/index.ts') : undefined
  const logs = loki ? (await import('../adapter/loki/index.ts')).createLokiBackend : undefined
  const traces = tempo ? (await import('../adapter/tempo/index.ts')).createTempoBackend : undefined
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
