import type { Accumulation } from './accumulation.ts'
import type { Column } from './chunk.ts'
import { clusterOf, keyOf, nodeOf, providerOf } from './directory.ts'
import { type Subject, unmounted } from './grouping.ts'
import { gibBytes, measuredSource, type NodePrices } from './node-price.ts'
import { known, type Tally } from './tally.ts'

type Extra = Accumulation & { prices: NodePrices; covered: Uint8Array; hours: number }

/** Everything beside processors, memory and GPUs: volumes, load balancers, traffic, the control plane, services at providers. */
export function accumulateExtras(work: Accumulation, prices: NodePrices, covered: Uint8Array): void {
  const extra: Extra = { ...work, prices, covered, hours: work.chunk.resolutionMs / 3_600_000 }
  addVolumes(extra)
  addBalancers(extra)
  addTraffic(extra)
  addManagement(extra)
  addPlaced(extra)
}

const claimKey = ({ labels }: Column): string =>
  keyOf(clusterOf(labels), labels.namespace ?? '', labels.persistentvolumeclaim ?? '')
const volumeKey = ({ labels }: Column): string => keyOf(clusterOf(labels), labels.persistentvolume ?? '')

function addVolumes(extra: Extra): void {
  const { chunk, directory, table } = extra
  const { columns } = chunk
  const measured = new Map(columns.volumePrice.map((one) => [volumeKey(one), one.values]))
  const sizes = new Map(columns.volumeBytes.map((one) => [volumeKey(one), one]))
  const mounts = Map.groupBy(columns.mounted, claimKey)
  const claimed = new Set<string>()
  const rateOf = (key: string, storageClass: string): ((k: number) => number) => {
    const own = measured.get(key)
    const book = table.find({ resource: 'STORAGE_GIB', kind: storageClass })
    if (own) extra.used(measuredNow(extra))
    else if (book) extra.used(book.source)
    return (k) => (own && own[k]! >= 0 ? own[k]! : (book?.price ?? Number.NaN))
  }
  for (const claim of columns.claimBytes) {
    const cluster = clusterOf(claim.labels)
    const { namespace = '', persistentvolumeclaim = '' } = claim.labels
    const { volume, storageClass } = directory.claim(cluster, namespace, persistentvolumeclaim)
    const key = keyOf(cluster, volume)
    claimed.add(key)
    const size = sizes.get(key)?.values
    const holders = mounts.get(claimKey(claim)) ?? []
    const nobody: Subject = {
      ...directory.pod(cluster, namespace, columns.mounted.length > 0 ? unmounted : ''),
    }
    const rows = holders.map(({ labels, values }) => ({
      values,
      tally: rowOf(extra, directory.pod(cluster, namespace, labels.pod ?? ''), cluster),
    }))
    addStorage(extra, {
      ...{ rows, rate: rateOf(key, storageClass) },
      nobody: () => rowOf(extra, nobody, cluster),
      bytes: (k) => (size && size[k]! > 0 ? size[k]! : claim.values[k]!),
    })
  }
  for (const [key, volume] of sizes)
    if (!claimed.has(key))
      addStorage(extra, {
        ...{ rows: [], rate: rateOf(key, ''), bytes: (k) => volume.values[k]! },
        nobody: () =>
          rowOf(extra, { cluster: clusterOf(volume.labels), pod: unmounted }, clusterOf(volume.labels)),
      })
}

type Storage = {
  rows: { values: Float64Array; tally: Tally }[]
  nobody(): Tally
  rate(k: number): number
  bytes(k: number): number
}

/** A volume is paid for whether or not somebody uses it; those who do bear it alike. */
function addStorage(extra: Extra, { rows, nobody, rate, bytes }: Storage): void {
  const { count } = extra.chunk
  for (let k = 0; k < count; k += 1) {
    const size = bytes(k)
    if (!(size >= 0)) continue
    const holders = rows.filter(({ values }) => values[k]! > 0)
    const bearers = holders.length > 0 ? holders.map(({ tally }) => tally) : [nobody()]
    const usd = ((size / gibBytes) * rate(k) * extra.hours) / bearers.length
    for (const tally of bearers) {
      tally.storageByteHours += (size * extra.hours) / bearers.length
      addUsd(extra, tally, k, usd, known.storage, 'price of storage', (amount) => {
        tally.storageUsd += amount
      })
    }
  }
}

function addBalancers(extra: Extra): void {
  const { columns } = extra.chunk
  const priced = new Set<string>()
  const rowFor = (labels: Column['labels'], service: string) => {
    const cluster = clusterOf(labels)
    const namespace = labels.namespace ?? ''
    return rowOf(extra, { ...extra.directory.pod(cluster, namespace, ''), service }, cluster)
  }
  for (const { labels, values } of columns.balancerCost) {
    const service = labels.service_name ?? ''
    priced.add(keyOf(clusterOf(labels), labels.namespace ?? '', service))
    const tally = rowFor(labels, service)
    extra.used(measuredNow(extra))
    addEach(extra, tally, values, (cost) => cost * extra.hours, 'balancer')
  }
  const book = extra.table.find({ resource: 'LOAD_BALANCER' })
  for (const { labels, values } of columns.balancer) {
    const service = labels.service ?? ''
    if (priced.has(keyOf(clusterOf(labels), labels.namespace ?? '', service))) continue
    const tally = rowFor(labels, service)
    if (book) extra.used(book.source)
    addEach(extra, tally, values, () => (book?.price ?? Number.NaN) * extra.hours, 'balancer')
  }
}

/** Bytes that leave, by how far they go: within a zone they cost nothing. */
function addTraffic(extra: Extra): void {
  const { columns, count, resolutionMs } = extra.chunk
  const seconds = resolutionMs / 1_000
  const measured = {
    zone: new Map(columns.zonePrice.map((one) => [clusterOf(one.labels), one.values])),
    region: new Map(columns.regionPrice.map((one) => [clusterOf(one.labels), one.values])),
    internet: new Map(columns.internetPrice.map((one) => [clusterOf(one.labels), one.values])),
  }
  for (const { labels, values } of columns.egress) {
    const cluster = clusterOf(labels)
    const facts = extra.directory.pod(cluster, labels.namespace ?? '', labels.pod_name ?? '')
    const reach = reachOf(labels)
    const own = reach && measured[reach].get(cluster)
    const { provider, region } = extra.directory.node(cluster, facts.node)
    const to = reach && ({ zone: 'ZONE', region: 'REGION', internet: 'INTERNET' } as const)[reach]
    const book = to && extra.table.transfer({ provider, region, to })
    if (own) extra.used(measuredNow(extra))
    else if (book) extra.used(book.source)
    const tally = rowOf(extra, facts, cluster)
    for (let k = 0; k < count; k += 1) {
      const bytes = values[k]! * seconds
      if (!(bytes >= 0)) continue
      tally.networkBytes += bytes
      const rate = reach ? (own && own[k]! >= 0 ? own[k]! : (book?.price ?? Number.NaN)) : 0
      addUsd(extra, tally, k, (bytes / gibBytes) * rate, known.network, 'price of traffic', (usd) => {
        if (reach) tally[`${reach}Usd`] += usd
      })
    }
  }
}

function reachOf(labels: Column['labels']): 'zone' | 'region' | 'internet' | undefined {
  if (labels.internet === 'true') return 'internet'
  if (labels.same_zone === 'true') return undefined
  return labels.same_region === 'true' ? 'zone' : 'region'
}

function addManagement(extra: Extra): void {
  const { chunk, set, table, directory } = extra
  const add = (cluster: string, usd: number): void => {
    if (usd > 0) set.management.set(cluster, (set.management.get(cluster) ?? 0) + usd)
  }
  const measured = new Set<string>()
  for (const { labels, values } of chunk.columns.management) {
    measured.add(clusterOf(labels))
    extra.used(measuredNow(extra))
    for (const value of values) add(clusterOf(labels), value * extra.hours)
  }
  const byCluster = Map.groupBy(chunk.columns.nodeCpu, ({ labels }) => clusterOf(labels))
  for (const [cluster, nodes] of byCluster) {
    const { provider, region } = directory.node(cluster, nodeOf(nodes[0]!.labels))
    const book = table.find({ resource: 'CLUSTER_MANAGEMENT', provider, region })
    if (measured.has(cluster) || !book) continue
    extra.used(book.source)
    for (let k = 0; k < chunk.count; k += 1)
      if (nodes.some(({ values }) => values[k]! > 0)) add(cluster, book.price * extra.hours)
  }
}

export const placedSource = 'provider telemetry (swen_service_cost)'

/** Services that run at a provider, not in a cluster that is known. */
function addPlaced(extra: Extra): void {
  for (const { labels, values } of extra.chunk.columns.placed) {
    const { service = '', provider = '' } = labels
    if (extra.set.services.has(service)) {
      extra.set.placedTwice.add(service)
      continue
    }
    const tally = rowOf(extra, { service, provider: providerOf(provider) || provider }, '')
    const { startMs, count, resolutionMs } = extra.chunk
    extra.used({ name: placedSource, asOfMs: startMs + count * resolutionMs, measured: true })
    addEach(extra, tally, values, (rate) => rate * extra.hours, 'external')
  }
}

function addEach(
  extra: Extra,
  tally: Tally,
  values: Float64Array,
  usdOf: (value: number) => number,
  part: 'balancer' | 'external',
): void {
  for (let k = 0; k < values.length; k += 1)
    if (!Number.isNaN(values[k]!))
      addUsd(extra, tally, k, usdOf(values[k]!), known[part], `price of a ${part}`, (usd) => {
        tally[`${part}Usd`] += usd
      })
}

function addUsd(
  { chunk: { startMs, resolutionMs }, covered }: Extra,
  tally: Tally,
  k: number,
  usd: number,
  bit: number,
  missing: string,
  add: (usd: number) => void,
): void {
  covered[k] = 1
  tally.seen(startMs + k * resolutionMs, startMs + (k + 1) * resolutionMs)
  if (!Number.isNaN(usd)) {
    tally.known |= bit
    add(usd)
  } else tally.missing.add(missing)
}

const rowOf = ({ set }: Extra, subject: Subject, cluster: string): Tally =>
  set.row(subject, cluster, subject.node ?? '')

const measuredNow = ({ chunk: { startMs, count, resolutionMs } }: Extra) => ({
  ...{ name: measuredSource, asOfMs: startMs + count * resolutionMs, measured: true },
})
