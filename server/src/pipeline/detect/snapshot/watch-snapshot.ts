import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import type { SeriesDescription } from '../../../port/metric-store.ts'

/** Which series an engine's indexes stood for. Numbers of series change with the store; their labels do not. */
export type WatchSnapshot = {
  /** By index: the key of its series, '' where it is free. */
  keys: readonly string[]
  /** By number. */
  entities: readonly string[]
  cohorts: readonly string[]
  tenants: readonly string[]
}

/** 128 bits of SHA-256 over tenant and labels, whatever their order: nobody can make theirs look like another's. */
export function keyOfSeries({ tenant, labels }: Pick<SeriesDescription, 'tenant' | 'labels'>): string {
  const hash = createHash('sha256').update(JSON.stringify([tenant, ...Object.entries(labels).sort()]))
  return hash.digest('base64').slice(0, 22)
}

export const packedWatch = (snapshot: WatchSnapshot): Uint8Array => serialize(snapshot)
/** Throws where the bytes are none. */
export const unpackedWatch = (bytes: Uint8Array): WatchSnapshot => deserialize(bytes) as WatchSnapshot
