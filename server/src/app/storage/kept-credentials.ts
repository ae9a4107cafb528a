import { isFault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { ClusterRepository, CredentialStore, StoredCredential } from '../../port/cluster-repository.ts'

/** Stands in the record store where the sealed text of a cluster lies in a Secret; nothing opens it. */
const inSecret = 'in a Secret'

/**
 * Clusters in the record store, their sealed credentials in Secrets: a copy of the one alone opens nothing. What an earlier start kept in
 * the record store is moved when it is read. Secrets of clusters that the record store does not know are told of and left alone: it may be
 * the record store that is the wrong one.
 */
export function keepCredentials(
  clusters: ClusterRepository,
  secrets: CredentialStore,
  log: Log,
): ClusterRepository {
  const mark = (credential: StoredCredential): Promise<void> =>
    clusters.saveCredential({ ...credential, sealed: inSecret })

  /** Of the record store and the Secret, the one that was stored last. */
  async function settled(
    row: StoredCredential,
    secret: StoredCredential | undefined,
  ): Promise<StoredCredential | undefined> {
    if (row.sealed === inSecret) {
      if (!secret)
        log.warn(
          { cluster: row.cluster_id },
          'the Secret with the credentials of a cluster is gone; upload them again',
        )
      return secret
    }
    const isNewer = !secret || Date.parse(row.summary.stored_at) > Date.parse(secret.summary.stored_at)
    if (isNewer) await secrets.saveCredential(row)
    await mark(row)
    return isNewer ? row : secret
  }

  /** Undefined where Secrets may not be read, and none of them is needed yet: nobody has to grant anything to try the platform. */
  async function secretsOr(
    rows: readonly StoredCredential[],
  ): Promise<Map<string, StoredCredential> | undefined> {
    try {
      return new Map((await secrets.credentials()).map((one) => [one.cluster_id, one]))
    } catch (error) {
      if (!isRefused(error) || rows.some(({ sealed }) => sealed === inSecret)) throw error
      log.warn({ problem: messageOf(error) }, 'credentials of clusters cannot be stored in Secrets')
      return undefined
    }
  }

  async function removeSecret(clusterId: string): Promise<void> {
    try {
      await secrets.deleteCredential(clusterId)
    } catch (error) {
      const rows = await clusters.credentials()
      const row = rows.find(({ cluster_id }) => cluster_id === clusterId)
      if (!isRefused(error) || row?.sealed === inSecret) throw error
    }
  }

  return {
    ...clusters,
    async saveCredential(credential) {
      await secrets.saveCredential(credential)
      try {
        await mark(credential)
      } catch (error) {
        if (isFault(error) && error.code === 'CLUSTER_NOT_FOUND')
          await secrets.deleteCredential(credential.cluster_id)
        throw error
      }
    },
    replaceSealed: (clusterId, before, after) => secrets.replaceSealed(clusterId, before, after),
    async deleteCredential(clusterId) {
      await removeSecret(clusterId)
      await clusters.deleteCredential(clusterId)
    },
    async delete(id) {
      // What fails here leaves the cluster, so that it can be tried again: a Secret must not outlive it.
      await removeSecret(id)
      await clusters.delete(id)
    },
    async credentials() {
      const rows = await clusters.credentials()
      const known = new Set((await clusters.all()).map(({ record }) => record.id))
      const kept = await secretsOr(rows)
      if (!kept) return rows
      const strangers = [...kept.keys()].filter((id) => !known.has(id))
      if (strangers.length > 0)
        log.warn(
          { secrets: strangers.length, first: `cluster-creds-${strangers[0]}` },
          'Secrets hold credentials of clusters that are not registered here; delete them where nobody needs them',
        )
      for (const id of strangers) kept.delete(id)
      for (const row of rows) {
        const one = await settled(row, kept.get(row.cluster_id))
        if (one) kept.set(one.cluster_id, one)
      }
      return [...kept.values()].sort((a, b) => (a.cluster_id < b.cluster_id ? -1 : 1))
    },
  }
}

/** What the service account may not do, it will not be able to do again a moment later. */
const isRefused = (error: unknown): boolean => isFault(error) && error.code === 'CONFIG_INVALID'
