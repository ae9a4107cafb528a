import type { ClusterInventory } from '../index.ts'
import { createPlayer } from '../signature/exposition-reading.suite.ts'
import { gpuDefaults } from './config.ts'
import { gpuSignatures } from './signature/index.ts'

export const minute = 60_000
export const sentinel = '9223372036854775794'
const h100 = 'NVIDIA H100 80GB HBM3'

export type Board = {
  index?: number
  node?: string
  uuid?: string
  model?: string
  driver?: string
  pod?: string
  /** Further labels of every sample. */
  labels?: Record<string, string>
  /** By name without DCGM_FI_DEV_; a value may have labels of its own: `XID_ERRORS{err_code="79"}`. Null: not told. */
  values?: Record<string, number | string | null>
}

/** What a DCGM exporter says of healthy, busy GPUs, and what is different of them. */
export function exposition(...boards: readonly Board[]): string {
  return boards.map(linesOf).join('\n')
}

function linesOf(board: Board): string {
  const { index = 0, node = 'gpu-01', model = h100, driver = '550.54.15', pod } = board
  const uuid = board.uuid ?? `GPU-${node}-${index}`
  const labels: Record<string, string> = {
    ...{
      gpu: String(index),
      UUID: uuid,
      pci_bus_id: `00000000:${17 + index}:00.0`,
      device: `nvidia${index}`,
    },
    ...{
      modelName: model,
      Hostname: node,
      DCGM_FI_DRIVER_VERSION: driver,
      instance: `${node}:9400`,
      job: 'dcgm-exporter',
    },
    ...(pod === undefined ? {} : { namespace: 'train', pod, container: 'main' }),
    ...board.labels,
  }
  const values: Record<string, number | string | null> = {
    ...{ SM_CLOCK: 1980, MEM_CLOCK: 2619, GPU_TEMP: 61, MEMORY_TEMP: 70, POWER_USAGE: 510, GPU_UTIL: 97 },
    ...{ FB_FREE: 40_000, FB_USED: 41_000, FB_RESERVED: 559, XID_ERRORS: 0, PCIE_REPLAY_COUNTER: 3 },
    ...{ ROW_REMAP_FAILURE: 0, UNCORRECTABLE_REMAPPED_ROWS: 0, ECC_DBE_VOL_TOTAL: 0, ECC_SBE_VOL_TOTAL: 2 },
    ...{ DCGM_FI_PROF_SM_ACTIVE: 0.8, DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: 0.5, DCGM_FI_PROF_DRAM_ACTIVE: 0.4 },
    ...board.values,
  }
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => {
      const [, name = '', more] = /^([^{]+)(?:\{(.*)\})?$/.exec(key) ?? []
      const metric = name.startsWith('DCGM_') ? name : `DCGM_FI_DEV_${name}`
      return `${metric}{${text}${more ? `,${more}` : ''}} ${value}`
    })
    .join('\n')
}

type Node = ClusterInventory['nodes'][number]
type Pod = ClusterInventory['pods'][number]

export const node = (name: string, gpus: number, more: Partial<Node> = {}): Node => ({
  ...{ name, allocatable: { 'nvidia.com/gpu': gpus }, labels: {} },
  ...more,
})
export const pod = (name: string, more: Partial<Pod> = {}): Pod => ({
  ...{
    namespace: 'train',
    name,
    uid: '',
    node: 'gpu-01',
    labels: {},
    owner: undefined,
    phase: 'Running',
    ready: true,
  },
  ...{ qosClass: 'Guaranteed', requests: { 'nvidia.com/gpu': 1 }, images: [], containerIds: [] },
  ...more,
})

export const createScene = (options: Parameters<typeof createPlayer>[1] = {}) =>
  createPlayer(gpuSignatures(gpuDefaults), { stepMs: minute / 2, ...options })
