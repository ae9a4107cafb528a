import { createLokiBackend } from '../adapter/loki/index.ts'
import { createAlertmanagerBackend, createPrometheusBackend } from '../adapter/prometheus/index.ts'
import { createTempoBackend } from '../adapter/tempo/index.ts'
import type { ClusterBackends } from '../port/cluster-backend.ts'
import type { FileReader } from '../port/file-reader.ts'
import type { HttpClient } from '../port/http-client.ts'
import type { ApiOptions } from '../port/json-api.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { BackendDocument, ClusterDocument } from '../service/telemetry/index.ts'

type Deps = { http: HttpClient; secrets: SecretSource; files: FileReader; bytesMax: number }

/** The systems that a cluster document names, reached through the guarded HTTP client. */
export function connectCluster(deps: Deps, document: ClusterDocument): ClusterBackends {
  const { id, name, labels, prometheus, loki, tempo, alertmanager } = document
  const of = (backend: BackendDocument): ApiOptions => optionsOf(deps, backend)
  return {
    ...{ id, name, labels },
    ...(prometheus ? { metrics: createPrometheusBackend(deps.http, of(prometheus)) } : {}),
    ...(loki ? { logs: createLokiBackend(deps.http, of(loki)) } : {}),
    ...(tempo ? { traces: createTempoBackend(deps.http, of(tempo)) } : {}),
    ...(alertmanager ? { alerts: createAlertmanagerBackend(deps.http, of(alertmanager)) } : {}),
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
