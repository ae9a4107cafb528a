import { CredentialSummary } from '@aiops/contract/model/cluster'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { CredentialStore, StoredCredential } from '../../port/cluster-repository.ts'
import type { HttpClient } from '../../port/http-client.ts'
import { jsonOf, PodAccount, type PodAccountSettings, refusedSecret, secretLabels } from './pod-account.ts'

const clusterLabel = 'aiops.io/cluster-id'
const tenantAnnotation = 'aiops.io/tenant'
/** Kubernetes' MaxSecretSize, of all values together before they are encoded. */
const secretBytesMax = 1_048_576
/** A Secret of that size in Base64, and what is around it. */
const answerBytesMax = 2 * secretBytesMax
/** Of one page of a list. */
const [pageSecrets, pageBytesMax] = [100, 64 * 1_048_576]
const triesMax = 5

const Secret = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  data: z.record(z.string(), z.string()).nullish(),
})
type Secret = z.infer<typeof Secret>
const Page = z.object({
  metadata: z.object({ continue: z.string().nullish() }),
  items: z.array(Secret),
})

const nameOf = (clusterId: string): string => `cluster-creds-${clusterId}`

/**
 * The sealed credentials of each cluster in a Secret of its own, `cluster-creds-ID`, in the namespace that this runs in. What lies there is
 * the envelope: who may read Secrets reads nothing without the master keys too. Changes name the version that they are of, so that several
 * processes may make them. Needs `get`, `list`, `create`, `update` and `delete` of Secrets there.
 */
export function createCredentialSecrets(
  { http, log }: { http: HttpClient; log: Log },
  settings: PodAccountSettings,
): CredentialStore {
  const account = new PodAccount(http, settings)

  async function found(clusterId: string): Promise<Secret | undefined> {
    const answer = await account.send('GET', `/${nameOf(clusterId)}`, answerBytesMax)
    if (answer.status === 404) return undefined
    if (answer.status !== 200) throw refusedSecret(answer, 'get', `the Secret ${nameOf(clusterId)}`)
    const secret = Secret.safeParse(jsonOf(answer.body))
    if (!secret.success)
      throw new Fault('STORAGE_UNAVAILABLE', `The API server answered no Secret for ${nameOf(clusterId)}.`)
    return secret.data
  }
  /** False, and nothing changed, where somebody else was quicker. */
  async function put(credential: StoredCredential, resourceVersion: string | undefined): Promise<boolean> {
    const isNew = resourceVersion === undefined
    const name = nameOf(credential.cluster_id)
    const body = await secretOf(credential, resourceVersion)
    const answer = await account.send(isNew ? 'POST' : 'PUT', isNew ? '' : `/${name}`, answerBytesMax, body)
    if (answer.status === 409 || (answer.status === 404 && !isNew)) return false
    if (answer.status !== 200 && answer.status !== 201)
      throw refusedSecret(answer, isNew ? 'create' : 'update', `the Secret ${name}`)
    return true
  }
  async function secretOf(
    { cluster_id, tenant_id, sealed, summary }: StoredCredential,
    resourceVersion: string | undefined,
  ): Promise<object> {
    const values = { envelope: sealed, summary: JSON.stringify(summary) }
    if (Buffer.byteLength(values.envelope + values.summary) > secretBytesMax)
      throw new Fault(
        'CREDENTIALS_INVALID',
        `The credentials are larger than a Secret may be (${secretBytesMax} bytes); leave the contexts of other clusters out of the kubeconfig.`,
      )
    const encoded = Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
    return {
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
      metadata: {
        ...{ name: nameOf(cluster_id), namespace: await account.namespace() },
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        labels: { ...secretLabels, [clusterLabel]: cluster_id },
        annotations: { [tenantAnnotation]: tenant_id },
      },
      data: Object.fromEntries(encoded),
    }
  }

  return {
    async saveCredential(credential) {
      for (let tries = 0; tries < triesMax; tries += 1) {
        const before = await found(credential.cluster_id)
        if (await put(credential, before?.metadata.resourceVersion)) return
      }
      throw new Fault(
        'STORAGE_UNAVAILABLE',
        `The Secret ${nameOf(credential.cluster_id)} is being changed by others all the time.`,
      )
    },
    async replaceSealed(clusterId, before, after) {
      const secret = await found(clusterId)
      const credential = secret && credentialOf(secret)
      if (!credential || credential.sealed !== before) return false
      return put({ ...credential, sealed: after }, secret.metadata.resourceVersion)
    },
    async deleteCredential(clusterId) {
      const answer = await account.send('DELETE', `/${nameOf(clusterId)}`, answerBytesMax)
      if (![200, 202, 404].includes(answer.status))
        throw refusedSecret(answer, 'delete', `the Secret ${nameOf(clusterId)}`)
    },
    async credentials() {
      const all: StoredCredential[] = []
      for (let after = ''; ; ) {
        const asked = new URLSearchParams({ labelSelector: clusterLabel, limit: String(pageSecrets) })
        if (after !== '') asked.set('continue', after)
        const answer = await account.send('GET', `?${asked}`, pageBytesMax)
        if (answer.status !== 200) throw refusedSecret(answer, 'list', 'the Secrets of its namespace')
        const page = Page.safeParse(jsonOf(answer.body))
        if (!page.success)
          throw new Fault('STORAGE_UNAVAILABLE', 'The API server answered no list of Secrets.')
        for (const secret of page.data.items) {
          const credential = credentialOf(secret)
          if (credential) all.push(credential)
          else
            log.warn(
              { secret: secret.metadata.name },
              'a Secret of a cluster holds no credentials; upload them again',
            )
        }
        after = page.data.metadata.continue ?? ''
        if (after === '') break
      }
      return all.sort((a, b) => (a.cluster_id < b.cluster_id ? -1 : 1))
    },
  }
}

/** Undefined for what somebody else made or changed. */
function credentialOf({
  metadata: { name, labels, annotations },
  data,
}: Secret): StoredCredential | undefined {
  const textOf = (key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString('utf8')
  const [cluster_id, tenant_id, sealed] = [
    labels?.[clusterLabel],
    annotations?.[tenantAnnotation],
    textOf('envelope'),
  ]
  const summary = CredentialSummary.safeParse(jsonOf(Buffer.from(textOf('summary'))))
  if (!cluster_id || !tenant_id || sealed === '' || !summary.success || name !== nameOf(cluster_id))
    return undefined
  return { cluster_id, tenant_id, sealed, summary: summary.data }
}
