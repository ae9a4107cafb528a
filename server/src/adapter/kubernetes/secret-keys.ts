import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { createEnvelope, type MasterKeys, masterKeysOf, masterKeysText } from '../../port/envelope.ts'
import type { HttpClient, HttpResponse } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'

export type SecretKeysSettings = {
  /** `https://host:port` of the API server of the cluster that this runs in. */
  server: string
  /** With `token`, `ca.crt` and `namespace`, as every pod has it. Read for each request: the token is renewed. */
  accountFolder: string
  /** Name of the Secret. */
  secret: string
  /** Empty: the pod's own. */
  namespace: string
}

const field = 'keys.json'
const timeoutMs = 15_000
const bytesMax = 1_048_576
const Secret = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).nullish(),
})
/** Keys as they were read, and the version of the Secret that held them. */
type Versioned = MasterKeys & { resourceVersion?: string | undefined }

/**
 * Master keys in a Secret of the cluster that this runs in, shared by all processes of the platform: changes are refused where somebody else
 * was quicker (`resourceVersion`). Needs `get`, `create` and `update` of that one Secret.
 */
export function createSecretKeys(http: HttpClient, settings: SecretKeysSettings): SecretStore {
  const { server, accountFolder, secret } = settings
  const account = (name: string): Promise<string> =>
    readFile(`${accountFolder}/${name}`, 'utf8').catch(() => {
      throw new Fault('CONFIG_INVALID', `The service account of this pod has no ${name} in ${accountFolder}.`)
    })
  const namespaceOf = async (): Promise<string> => settings.namespace || (await account('namespace')).trim()
  const send = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<HttpResponse> => {
    const [token, ca] = await Promise.all([account('token'), account('ca.crt')])
    return http.send({
      ...{ method, url: `${server}${path}`, timeoutMs, bytesMax, tls: { ca } },
      headers: {
        ...{ authorization: `Bearer ${token.trim()}`, accept: 'application/json' },
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: Buffer.from(JSON.stringify(body)) } : {}),
    })
  }
  const pathOf = (namespace: string): string => `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`
  const refused = ({ status }: HttpResponse, verb: string): Fault =>
    new Fault(
      status === 403 || status === 401 ? 'CONFIG_INVALID' : 'STORAGE_UNAVAILABLE',
      status === 403
        ? `The service account of this pod may not ${verb} the Secret ${secret}; grant it with a Role.`
        : `The Secret ${secret} could not be reached: the API server answered ${status}.`,
    )

  return createEnvelope({
    name: `the Secret ${secret}`,
    async read(): Promise<Versioned> {
      const answer = await send('GET', `${pathOf(await namespaceOf())}/${encodeURIComponent(secret)}`)
      if (answer.status === 404) return { current: '', keys: new Map() }
      if (answer.status !== 200) throw refused(answer, 'get')
      const found = Secret.safeParse(jsonOf(answer.body))
      const text = found.success ? found.data.data?.[field] : undefined
      const keys = masterKeysOf(Buffer.from(text ?? '', 'base64').toString('utf8'))
      if (!found.success || !keys)
        throw new Fault('CONFIG_INVALID', `The Secret ${secret} holds no master keys; put back a copy of it.`)
      return { ...keys, resourceVersion: found.data.metadata.resourceVersion }
    },
    async replace(before: Versioned, next) {
      const namespace = await namespaceOf()
      const { resourceVersion } = before
      const body = {
        ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
        metadata: {
          ...{ name: secret, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
          labels: {
            ...{
              'app.kubernetes.io/part-of': 'aiops-nextgen',
              'app.kubernetes.io/component': 'cluster-registry',
            },
          },
        },
        data: { [field]: Buffer.from(masterKeysText(next)).toString('base64') },
      }
      const answer =
        resourceVersion === undefined
          ? await send('POST', pathOf(namespace), body)
          : await send('PUT', `${pathOf(namespace)}/${encodeURIComponent(secret)}`, body)
      if (answer.status === 409) return false
      if (answer.status !== 200 && answer.status !== 201)
        throw refused(answer, resourceVersion === undefined ? 'create' : 'update')
      return true
    },
  })
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
