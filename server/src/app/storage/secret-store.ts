import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyFile } from '../../adapter/folder/key-file.ts'
import type { Log } from '../../kernel/log.ts'
import type { ClusterRepository } from '../../port/cluster-repository.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import { schemeOf } from './adapters.ts'
import { keepCredentials } from './kept-credentials.ts'

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
const defaultSecret = 'aiops-master-keys'

type Deps = { http: HttpClient; folder: string; environment: NodeJS.ProcessEnv }

/** Where master keys lie: a file, or a Secret of the cluster that this runs in. */
export async function openSecretStore(value: string, deps: Deps): Promise<SecretStore> {
  const pod = podOf(value, deps)
  if (!pod) return createKeyFile(fileIn(deps.folder))
  const { createSecretKeys } = await import('../../adapter/kubernetes/secret-keys.ts')
  return createSecretKeys(deps.http, { ...pod, secret: value.slice(value.indexOf(':') + 1) || defaultSecret })
}

/** Where sealed credentials of clusters lie: in the record store or, where the master keys are in a Secret, in Secrets too. */
export async function openClusters(
  value: string,
  clusters: ClusterRepository,
  deps: Deps & { log: Log },
): Promise<ClusterRepository> {
  const pod = podOf(value, deps)
  if (!pod) return clusters
  const { createCredentialSecrets } = await import('../../adapter/kubernetes/credential-secrets.ts')
  return keepCredentials(clusters, createCredentialSecrets(deps, pod), deps.log)
}

const fileIn = (folder: string): string => join(folder, 'master-keys.json')

/** Undefined where keys are in a file. */
function podOf(value: string, { folder, environment }: Deps) {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  const scheme = schemeOf(value)
  const inPod = host !== '' && existsSync(join(accountFolder, 'token'))
  if (scheme === 'file' || (scheme === 'auto' && (!inPod || existsSync(fileIn(folder))))) return undefined
  const server = `https://${host.includes(':') ? `[${host}]` : host || 'kubernetes.default.svc'}:${port}`
  return { server, accountFolder, namespace: '' }
}
