import { z } from 'zod'
import { GpuNode, GpuProcess, GpuSummary } from '../model/gpu.ts'
import { operations } from './operation.ts'
import { listOf } from './page.ts'

const read = { tag: 'gpu', permission: 'clusters:read' } as const
const clusters = {
  /** Empty: all. */
  cluster_ids: listOf(z.string().max(128)),
  cluster_id: z.string().max(128).optional(),
}

export const gpu = operations({
  listGpuNodes: {
    ...{ ...read, method: 'GET', path: '/api/v1/gpu/nodes' },
    errors: ['VALIDATION_FAILED'],
    summary: 'Nodes with GPUs and how each GPU is.',
    query: z.object(clusters),
    response: z.object({ nodes: z.array(GpuNode), total: z.number().int() }),
  },
  getGpuNode: {
    ...{ ...read, method: 'GET', path: '/api/v1/gpu/nodes/{cluster_id}/{node_name}' },
    errors: ['CLUSTER_NOT_FOUND', 'NO_GPU_NODES'],
    summary: 'One node with GPUs.',
    params: z.object({ cluster_id: z.string().min(1).max(128), node_name: z.string().min(1).max(253) }),
    response: GpuNode,
  },
  getGpuSummary: {
    ...{ ...read, method: 'GET', path: '/api/v1/gpu/summary' },
    errors: ['VALIDATION_FAILED'],
    summary: 'All GPUs in figures.',
    query: z.object(clusters),
    response: GpuSummary,
  },
  listGpuProcesses: {
    ...{ ...read, method: 'GET', path: '/api/v1/gpu/processes' },
    errors: ['VALIDATION_FAILED'],
    summary: 'What runs on GPUs, most memory first.',
    query: z.object(clusters),
    response: z.object({
      processes: z.array(
        GpuProcess.extend({
          ...{ cluster_id: z.string(), cluster_name: z.string(), node_name: z.string() },
          gpu_uuid: z.string(),
        }),
      ),
      total: z.number().int(),
    }),
  },
})
