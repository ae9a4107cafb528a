import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { createEnvelope, type MasterKeys, masterKeysOf, masterKeysText } from '../../port/envelope.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import { jsonOf, PodAccount, type PodAccountSettings, refusedSecret, secretLabels } from './pod-account.ts'

export type SecretKeysSettings = PodAccountSettings & {
  /** Name of the Secret. */
  secret: string
}

const field = 'keys.json'
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
  const { secret } = settings
  const account = new PodAccount(http, settings)
  const named = `/${encodeURIComponent(secret)}`

  return createEnvelope({
    name: `the Secret ${secret}`,
    async read(): Promise<Versioned> {
      const answer = await account.send('GET', named, bytesMax)
      if (answer.status === 404) return { current: '', keys: new Map() }
      if (answer.status !== 200) throw refusedSecret(answer, 'get', `the Secret ${secret}`)
      const found = Secret.safeParse(jsonOf(answer.body))
      const text = found.success ? found.data.data?.[field] : undefined
      const keys = masterKeysOf(Buffer.from(text ?? '', 'base64').toString('utf8'))
      if (!found.success || !keys)
        throw new Fault('CONFIG_INVALID', `The Secret ${secret} holds no master keys; put back a copy of it.`)
      return { ...keys, resourceVersion: found.data.metadata.resourceVersion }
    },
    async replace(before: Versioned, next) {
      const namespace = await account.namespace()
      const { resourceVersion } = before
      const body = {
        ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
        metadata: {
          ...{ name: secret, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
          labels: secretLabels,
        },
        data: { [field]: Buffer.from(masterKeysText(next)).toString('base64') },
      }
      const isNew = resourceVersion === undefined
      const answer = await account.send(isNew ? 'POST' : 'PUT', isNew ? '' : named, bytesMax, body)
      if (answer.status === 409) return false
      if (answer.status !== 200 && answer.status !== 201)
        throw refusedSecret(answer, isNew ? 'create' : 'update', `the Secret ${secret}`)
      return true
    },
  })
}
