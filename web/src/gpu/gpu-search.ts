import { asInteger, asOneOf, asSomeOf, asText, asTexts } from '../shell/search.ts'
import { type Measure, measureNames } from './measure.ts'

export const gpuViews = ['map', 'gpus', 'nodes', 'processes', 'findings'] as const
export type GpuView = (typeof gpuViews)[number]
/** Worst first. */
export const gpuHealths = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK'] as const
export type GpuHealth = (typeof gpuHealths)[number]
export const gpuSorts = ['health', 'name', 'utilisation', 'sm', 'memory', 'temperature', 'power'] as const
export type GpuSort = (typeof gpuSorts)[number]
export const historyRanges = ['1h', '6h', '24h'] as const
export type HistoryRange = (typeof historyRanges)[number]

/** What the page of GPUs shows, as it stands in the address. Absent: every GPU, as a map of utilisation. */
export type GpuSearch = {
  view?: GpuView
  measure?: Measure
  cluster?: string[]
  node?: string
  type?: string[]
  health?: GpuHealth[]
  text?: string
  sort?: GpuSort
  page?: number
  /** The GPU that is open, as `cluster/node/uuid`. */
  gpu?: string
  range?: HistoryRange
}

export function readGpuSearch(raw: Record<string, unknown>): GpuSearch {
  const view = asOneOf(raw.view, gpuViews)
  const measure = asOneOf(raw.measure, measureNames)
  const cluster = asTexts(raw.cluster, 100)
  const node = asText(raw.node, 253)
  const type = asTexts(raw.type, 50)
  const health = asSomeOf(raw.health, gpuHealths)
  const text = asText(raw.text, 200)
  const sort = asOneOf(raw.sort, gpuSorts)
  const page = asInteger(raw.page, 1, 100_000)
  const gpu = asText(raw.gpu, 600)
  const range = asOneOf(raw.range, historyRanges)
  return {
    ...(view && view !== 'map' && { view }),
    ...(measure && measure !== 'utilisation' && { measure }),
    ...(cluster && { cluster }),
    ...(node && { node }),
    ...(type && { type }),
    ...(health && { health }),
    ...(text && { text }),
    ...(sort && sort !== 'health' && { sort }),
    ...(page && page > 1 && { page }),
    ...(gpu && { gpu }),
    ...(range && range !== '1h' && { range }),
  }
}

/** Whether anything is left out of the list. */
export const isFiltered = ({ cluster, node, type, health, text }: GpuSearch): boolean =>
  Boolean(cluster || node || type || health || text)
export const noFilter = {
  ...{ cluster: undefined, node: undefined, type: undefined, health: undefined, text: undefined },
}
