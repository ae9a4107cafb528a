import { z } from 'zod'
import { CnfType } from '../model/cluster.ts'
import { CnfKpi, CnfWorkload, DpdkStats, PtpStatus, SriovStatus } from '../model/cnf.ts'
import { operations } from './operation.ts'
import { listOf } from './page.ts'

const read = { tag: 'cnf', permission: 'clusters:read' } as const
const clusters = {
  /** Empty: all. */
  cluster_ids: listOf(z.string().max(128)),
  cluster_id: z.string().max(128).optional(),
}

export const cnf = operations({
  listCnfWorkloads: {
    ...{ ...read, method: 'GET', path: '/api/v1/cnf/workloads' },
    errors: ['VALIDATION_FAILED'],
    summary: 'Network functions of vRAN and 5G core, and how they are.',
    query: z.object({ ...clusters, cnf_type: listOf(CnfType) }),
    response: z.object({ workloads: z.array(CnfWorkload), total: z.number().int() }),
  },
  listPtpStatus: {
    ...{ ...read, method: 'GET', path: '/api/v1/cnf/ptp/status' },
    errors: ['VALIDATION_FAILED'],
    summary: 'Clocks of precision time.',
    query: z.object(clusters),
    response: z.object({ statuses: z.array(PtpStatus), total: z.number().int() }),
  },
  getDpdkStats: {
    ...{ ...read, method: 'GET', path: '/api/v1/cnf/dpdk/stats' },
    errors: ['VALIDATION_FAILED', 'CLUSTER_NOT_FOUND', 'NOT_FOUND'],
    summary: 'Packet counters of a pod that uses DPDK.',
    query: z.object({ cluster_id: z.string().min(1).max(128), pod_name: z.string().min(1).max(253) }),
    response: DpdkStats,
  },
  listSriovStatus: {
    ...{ ...read, method: 'GET', path: '/api/v1/cnf/sriov/status' },
    errors: ['VALIDATION_FAILED'],
    summary: 'Network cards that are shared out as virtual functions.',
    query: z.object(clusters),
    response: z.object({ interfaces: z.array(SriovStatus), total: z.number().int() }),
  },
  listCnfKpis: {
    ...{ ...read, method: 'GET', path: '/api/v1/cnf/kpis' },
    errors: ['VALIDATION_FAILED'],
    summary: 'Key performance indicators of 5G cores.',
    query: z.object(clusters),
    response: z.object({ kpis: z.array(CnfKpi), total: z.number().int() }),
  },
})
