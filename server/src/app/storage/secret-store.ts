import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyFile } from '../../adapter/folder/key-file.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import { schemeOf } from './adapters.ts'

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
const defaultSecret = 'aiops-master-keys'

/** Where master keys lie: a file, or a Secret of the cluster that this runs in. */
export async function openSecretStore(
  value: string,
  { http, folder, environment }: { http: HttpClient; folder: string; environment: NodeJS.ProcessEnv },
): Promise<SecretStore> {
  const file = join(folder, 'master-keys.json')
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  const scheme = schemeOf(value)
  const inPod = host !== '' && existsSync(join(accountFolder, 'token'))
  if (scheme === 'file' || (scheme === 'auto' && (!inPod || existsSync(file)))) return createKeyFile(file)
  const { createSecretKeys } = await import('../../adapter/kubernetes/secret-keys.ts')
  return createSecretKeys(http, {
    server: `https://${host.includes(':') ? `[${host}]` : host || 'kubernetes.default.svc'}:${port}`,
    ...{ accountFolder, secret: value.slice(value.indexOf(':') + 1) || defaultSecret, namespace: '' },
  })
}
