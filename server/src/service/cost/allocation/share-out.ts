import type { AllocationSet, NodeAsset, Row } from './allocation-set.ts'
import { keyOf } from './directory.ts'
import { idleName, sharedName } from './grouping.ts'
import { known, Tally } from './tally.ts'

export type Sharing = {
  includeIdle: boolean
  /** Spread over what ran on the same node, by what it cost there. */
  shareIdle: boolean
  idleByNode: boolean
  idleByCluster: boolean
  split: 'WEIGHTED' | 'EVEN'
}

/** Tallies by name: idle capacity (asset − allocated) and what is shared added or spread. What nobody can bear stays under its own name. */
export function shareOut(set: AllocationSet, sharing: Sharing): Map<string, Tally> {
  const rows = [...set.rows.values()]
  const idle: Tally[] = []
  const byNode = Map.groupBy(rows, ({ cluster, node }) => keyOf(cluster, node))
  if (sharing.includeIdle || sharing.shareIdle)
    for (const [key, asset] of set.assets) {
      const rest = sharing.shareIdle ? spread(asset, byNode.get(key) ?? []) : restOf(asset)
      if (rest.cpu !== 0 || rest.ram !== 0 || rest.gpu !== 0) idle.push(idleOf(asset, rest, sharing))
    }
  const merged = new Map<string, Tally>()
  for (const { tally } of rows) merge(merged, tally)
  for (const tally of idle) merge(merged, tally)
  addShared(merged, set, sharing.split)
  return merged
}

export function merge(into: Map<string, Tally>, tally: Tally): void {
  let there = into.get(tally.name)
  if (!there) {
    there = new Tally(tally.name, tally.properties)
    into.set(tally.name, there)
  }
  there.add(tally)
}

const restOf = (asset: NodeAsset) => ({
  cpu: asset.cpuUsd - asset.usedCpuUsd,
  ram: asset.ramUsd - asset.usedRamUsd,
  gpu: asset.gpuUsd - asset.usedGpuUsd,
})

function idleOf(asset: NodeAsset, rest: ReturnType<typeof restOf>, sharing: Sharing): Tally {
  const { cluster, node } = asset
  const name = sharing.idleByNode
    ? `${cluster === '' ? '' : `${cluster}/`}${node}/${idleName}`
    : sharing.idleByCluster && cluster !== ''
      ? `${cluster}/${idleName}`
      : idleName
  const tally = new Tally(name, cluster === '' ? [] : [['cluster', cluster]])
  if (sharing.idleByNode) tally.properties.set('node', node)
  Object.assign(tally.idleUsd, rest)
  tally.known = known.idle
  tally.seen(asset.firstMs, asset.lastMs)
  return tally
}

/** Each resource by what its users paid for it; returns what of it nobody used. */
function spread(asset: NodeAsset, rows: readonly Row[]): ReturnType<typeof restOf> {
  const rest = restOf(asset)
  for (const part of ['cpu', 'ram', 'gpu'] as const) {
    const paid = rows.reduce((sum, { tally }) => sum + tally[`${part}Usd`], 0)
    if (!(paid > 0)) continue
    for (const { tally } of rows) {
      tally.idleUsd[part] += (rest[part] * tally[`${part}Usd`]) / paid
      tally.known |= known.idle
    }
    rest[part] = 0
  }
  return rest
}

function addShared(merged: Map<string, Tally>, set: AllocationSet, split: Sharing['split']): void {
  let management = 0
  for (const usd of set.management.values()) management += usd
  const shared = merged.get(sharedName)
  const amount = management + (shared ? shared.ownUsd + shared.idleTotalUsd : 0)
  if (amount === 0) return
  const bearers = [...merged.values()].filter(({ name }) => name !== sharedName && !name.endsWith(idleName))
  const sum = bearers.reduce((all, one) => all + one.ownUsd, 0)
  if (bearers.length === 0 || (split === 'WEIGHTED' && !(sum > 0))) {
    const alone = shared ?? new Tally(sharedName)
    alone.sharedUsd += management
    alone.known |= known.shared
    alone.seen(set.startMs, set.endMs)
    merged.set(sharedName, alone)
    return
  }
  for (const one of bearers) {
    one.sharedUsd += split === 'EVEN' ? amount / bearers.length : (amount * one.ownUsd) / sum
    one.known |= known.shared
  }
  merged.delete(sharedName)
}
