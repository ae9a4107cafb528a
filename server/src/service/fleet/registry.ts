import type { ClusterChange, ClusterInput } from '@aiops/contract/api/cluster'
import type { Event } from '@aiops/contract/event'
import { type Cluster, clusterName } from '@aiops/contract/model/cluster'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { ClusterBackends } from '../../port/cluster-backend.ts'
import { apiEntryOf } from './api-entry.ts'
import { ClusterHealthKeeper } from './cluster-health-keeper.ts'
import type { FleetConfig } from './config.ts'
import { CopyKeeper } from './copy/copy-keeper.ts'
import { liveOrCopied } from './copy/live-or-copied.ts'
import { CredentialVault } from './credential-vault.ts'
import { type Entry, keyOf, type Publish, shownCluster, shownStatus } from './entry.ts'
import type { FileCluster } from './file-cluster.ts'
import { capabilitiesOfFleet, fits, healthOfFleet, summarize } from './fleet-view.ts'
import { newHealth } from './health.ts'
import type { FleetDeps, FleetRegistry } from './index.ts'
import { certificatesOf } from './kubeconfig.ts'
import { restingBecause } from './query-view.ts'
import { reachOf } from './reach.ts'

const writesWaitingMax = 1_000
const documentsEveryMs = 15_000

/** All clusters in memory, registered ones on disk as well: lists and health never wait for the store. */
export function createFleetRegistry(deps: FleetDeps, config: FleetConfig): FleetRegistry {
  const { clock, random, bus, clusters } = deps
  const entries = new Map<string, Entry>()
  const writes = new SerialExecutor('the cluster registry', writesWaitingMax)
  const vault = new CredentialVault({ ...deps, writes }, config)
  const publish: Publish = (entry, type, payload) => {
    const { id, tenant_id } = entry.record
    bus.publish('events', {
      ...{ event_id: random.uuid(clock.now()), event_type: type, source: 'fleet', tenant_id },
      ...{ cluster_id: id, timestamp: isoTime(clock.now()), payload },
    } as unknown as Event)
  }
  const keeper = new ClusterHealthKeeper({ ...deps, entries, vault, publish, writes }, config)
  const copies = new CopyKeeper({ ...deps, entries, vault }, config.copy)
  const shown = (entry: Entry): Cluster => shownCluster(entry, clock.now(), config)
  const ofTenant = (tenant: TenantId): Entry[] =>
    [...entries.values()]
      .filter(({ record }) => record.tenant_id === tenant)
      .sort((a, b) => (a.record.name < b.record.name ? -1 : 1))
  const found = (tenant: TenantId, id: string): Entry => {
    const entry = entries.get(keyOf(tenant, id))
    if (entry) return entry
    throw new Fault('CLUSTER_NOT_FOUND', `There is no cluster ${id.slice(0, 128)}.`)
  }
  const registered = (tenant: TenantId, id: string): Entry => {
    const entry = found(tenant, id)
    if (!entry.file) return entry
    throw new Fault('CONFLICT', `${entry.record.name} is named by a document; change the document instead.`)
  }
  const checkName = (tenant: TenantId, name: string, self?: string): void => {
    if (!clusterName.test(name))
      throw new Fault(
        'INVALID_CLUSTER_NAME',
        'name: 3 to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
      )
    const other = ofTenant(tenant).find(({ record }) => record.name === name && record.id !== self)
    if (other || deps.taken.includes(name))
      throw new Fault(
        'CLUSTER_ALREADY_EXISTS',
        `There is a cluster ${name} already${other?.file ? ', in a document' : ''}.`,
      )
  }
  const link = async (entry: Entry): Promise<void> => {
    entry.backends = orCopied(entry, await deps.connect(reachOf(entry, vault)))
  }
  const orCopied = (entry: Entry, reached: ClusterBackends): ClusterBackends => {
    const { name, tenant_id } = entry.record
    const away = (): string | undefined => copies.insteadOf(entry, clock.now())
    return reached.metrics
      ? { ...reached, metrics: liveOrCopied(reached.metrics, deps.copied(tenant_id, name), away) }
      : reached
  }
  const enter = (entry: Entry, now: boolean): void => {
    entries.set(entry.key, entry)
    keeper.add(entry, now)
  }
  const leave = (entry: Entry): void => {
    entries.delete(entry.key)
    keeper.remove(entry)
  }
  const readDocuments = (): void => {
    const wanted = new Map<string, () => Entry>()
    for (const file of deps.documented())
      for (const tenant of file.tenant === undefined ? deps.tenants : [file.tenant])
        wanted.set(keyOf(tenant, file.id), () => entryOfFile(file, tenant, clock.now()))
    for (const entry of [...entries.values()]) if (entry.file && !wanted.has(entry.key)) leave(entry)
    for (const [key, make] of wanted) {
      const known = entries.get(key)
      if (!known) enter(make(), false)
      else if (known.file) {
        const { record, file } = make()
        const { created_at, capabilities, platform_version, last_seen_at } = known.record
        known.record = { ...record, created_at, capabilities, platform_version, last_seen_at }
        known.file = file
        keeper.retype(known)
      }
    }
  }
  const stops: (() => void)[] = []

  return {
    async start() {
      const credentials = new Map((await clusters.credentials()).map((one) => [one.cluster_id, one]))
      for (const { record, status } of await clusters.all())
        enter(
          {
            ...{ key: keyOf(record.tenant_id, record.id), record, file: undefined, backends: undefined },
            health: { status, connected: [] },
            credential: credentials.get(record.id),
            discoverAfterMs: 0,
          },
          false,
        )
      for (const entry of entries.values()) await link(entry)
      readDocuments()
      stops.push(clock.every(documentsEveryMs, readDocuments), keeper.start(), await copies.start())
    },
    async stop() {
      for (const stop of stops) stop()
      await keeper.stop()
      await copies.stop()
      await writes.idle()
    },
    create(tenant, input) {
      return writes.run(async () => {
        checkName(tenant, input.name)
        checkTls(input)
        if (ofTenant(tenant).filter(({ file }) => !file).length >= config.clusters_max)
          throw new Fault(
            'CONFLICT',
            `There are ${config.clusters_max} clusters, and fleet.clusters_max allows no more.`,
          )
        const nowMs = clock.now()
        const entry = entryOf(tenant, random.uuid(nowMs), input, nowMs)
        await clusters.insert(entry.record, entry.health.status)
        await link(entry)
        enter(entry, true)
        publish(entry, 'CLUSTER_REGISTERED', shown(entry))
        return shown(entry)
      })
    },
    update(tenant, id, change) {
      return writes.run(async () => {
        const entry = registered(tenant, id)
        if (change.name !== undefined) checkName(tenant, change.name, id)
        checkTls(change)
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
        const record = { ...entry.record, ...given, updated_at: isoTime(clock.now()) }
        await clusters.update(record)
        entry.record = record
        await link(entry)
        entry.discoverAfterMs = 0
        keeper.retype(entry)
        publish(entry, 'CLUSTER_UPDATED', shown(entry))
        void keeper.checkNow(entry)
        return shown(entry)
      })
    },
    remove(tenant, id) {
      return writes.run(async () => {
        const entry = registered(tenant, id)
        await clusters.delete(id)
        leave(entry)
        publish(entry, 'CLUSTER_DELETED', { cluster_id: id })
      })
    },
    list: (tenant, filter) =>
      ofTenant(tenant)
        .map(shown)
        .filter((cluster) => fits(cluster, filter)),
    has: (tenant, id) => entries.has(keyOf(tenant, id)),
    get: (tenant, id) => shown(found(tenant, id)),
    getByName(tenant, name) {
      const entry = ofTenant(tenant).find(({ record }) => record.name === name)
      if (!entry) throw new Fault('CLUSTER_NOT_FOUND', `There is no cluster ${name.slice(0, 128)}.`)
      return shown(entry)
    },
    status: (tenant, id) => shownStatus(found(tenant, id), clock.now()),
    async history(tenant, id, range) {
      const entry = found(tenant, id)
      if (entry.file) return []
      await keeper.flush()
      const afterMs = clock.now() - durationMs(config.history)
      return clusters.history(id, { ...range, startMs: Math.max(range.startMs, afterMs) })
    },
    copy: (tenant, id) => copies.stateOf(found(tenant, id)),
    async refresh(tenant, id) {
      const entry = found(tenant, id)
      await keeper.checkNow(entry)
      await keeper.discoverNow(entry)
      return shown(entry)
    },

    async putCredentials(tenant, id, input) {
      const entry = registered(tenant, id)
      return changed(entry, await vault.put(entry, input))
    },
    async rotateCredentials(tenant, id, input) {
      const entry = registered(tenant, id)
      if (!entry.credential)
        throw new Fault(
          'CREDENTIALS_NOT_FOUND',
          `No credentials are stored for ${entry.record.name}; upload some first.`,
        )
      return changed(entry, await (input ? vault.put(entry, input) : vault.renewToken(entry)))
    },
    async deleteCredentials(tenant, id) {
      const entry = registered(tenant, id)
      await vault.forget(entry)
      changed(entry, undefined)
    },
    validateCredentials: async (tenant, id) => vault.validate(registered(tenant, id)),
    rotateKey: () => vault.rotateKey(() => entries.values()),

    summary: (tenant, groupBy) => summarize(ofTenant(tenant).map(shown), groupBy),
    health: (tenant) => healthOfFleet(ofTenant(tenant).map(shown)),
    capabilities: (tenant) => capabilitiesOfFleet(ofTenant(tenant).map(shown)),
    backends: (tenant) => ofTenant(tenant).flatMap(({ backends }) => backends ?? []),
    orCopied(tenant, cluster) {
      const entry = entries.get(keyOf(tenant, cluster.id))
      return entry?.file ? orCopied(entry, cluster) : cluster
    },
    apis: (tenant) => Promise.all(ofTenant(tenant).map((entry) => apiEntryOf(entry, vault, deps.openApi))),
    resting(tenant, id, signal) {
      const entry = entries.get(keyOf(tenant, id))
      if (!entry || (signal === 'metrics' && copies.insteadOf(entry, clock.now()))) return undefined
      return restingBecause(entry, signal, clock.now())
    },
  }

  function changed<T>(entry: Entry, answer: T): T {
    entry.discoverAfterMs = 0
    publish(entry, 'CLUSTER_CREDENTIALS_UPDATED', { cluster_id: entry.record.id })
    void keeper.checkNow(entry)
    return answer
  }
}

/** Refuses certificates that would only fail at the first check. */
function checkTls({ tls }: Pick<ClusterChange, 'tls'>): void {
  if (tls?.ca === undefined) return
  try {
    certificatesOf(tls.ca, 'tls.ca')
  } catch (error) {
    const message = messageOf(error).replace('The kubeconfig cannot be used: ', '')
    throw new Fault('VALIDATION_FAILED', message, { details: [{ path: 'tls.ca', message }] })
  }
}

const entryOf = (tenant: TenantId, id: string, input: ClusterInput, nowMs: number): Entry => ({
  key: keyOf(tenant, id),
  record: {
    ...{ ...input, id, tenant_id: tenant, platform_version: null, capabilities: null },
    ...{ created_at: isoTime(nowMs), updated_at: isoTime(nowMs), last_seen_at: null },
  },
  ...{ file: undefined, health: newHealth(nowMs), credential: undefined, backends: undefined },
  discoverAfterMs: 0,
})

function entryOfFile(file: FileCluster, tenant: TenantId, nowMs: number): Entry {
  const { tenant: _, access: __, ...fields } = file
  const at = isoTime(nowMs)
  return {
    key: keyOf(tenant, file.id),
    record: {
      ...{ ...fields, tenant_id: tenant, platform_version: null, capabilities: null, tls: null },
      ...{ created_at: at, updated_at: at, last_seen_at: null },
    },
    ...{ file, health: newHealth(nowMs), credential: undefined, backends: undefined, discoverAfterMs: 0 },
  }
}
