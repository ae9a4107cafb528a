import { createDocumentFiles } from '../adapter/folder/document-files.ts'
import { createDocumentFolder } from '../adapter/folder/document-folder.ts'
import { createFileReader } from '../adapter/folder/file-reader.ts'
import { createHttpClient } from '../adapter/http/http-client.ts'
import type { Clock } from '../kernel/clock.ts'
import type { PullingDeps } from '../pipeline/ingest/index.ts'
import type { SecretSource } from '../port/secret-source.ts'
import type { Config } from './config.ts'

/** What ingest fetches with: the network behind the outbound guard, and the documents that say what to fetch. */
export function createPullingDeps(
  deps: { clock: Clock; secrets: SecretSource; folder(set: string, name: string): string },
  config: Config,
): PullingDeps {
  const files = createFileReader()
  const { scrape, pull } = config.ingest
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env
  return {
    http: createHttpClient(deps, config.act.outbound),
    files,
    secrets: deps.secrets,
    scrapeSource: createDocumentFiles(
      { files: scrape.config_files, folder: deps.folder(scrape.folder, 'scrape') },
      files,
    ),
    pullSource: createDocumentFolder(deps.folder(pull.folder, 'pulls')),
    tenants: config.auth.tenants,
    kubernetesApi: host === '' ? '' : `${host.includes(':') ? `[${host}]` : host}:${port}`,
  }
}
