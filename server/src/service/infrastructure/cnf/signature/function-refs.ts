import type { CnfType } from '@aiops/contract/model/cluster'
import type { CnfWorkload } from '@aiops/contract/model/cnf'
import type { ObjectRef } from '@aiops/contract/model/finding'
import type { ReadingHistory } from '../../signature/signature.ts'
import { cnfWorkloads } from '../cnf-workloads.ts'
import { inventoryOf, oncePerReading } from '../series.ts'

/** Workloads of network functions; made once for each reading. */
export const workloadsOf = oncePerReading((history: ReadingHistory): CnfWorkload[] =>
  cnfWorkloads(inventoryOf(history), history.now, { id: '', name: '' }),
)

export const workloadRef = ({ kind, namespace, name }: CnfWorkload): ObjectRef => ({ kind, namespace, name })

const refsMax = 200

/** Functions of these types that do not all run: what depends on them fails with them. */
export const functionRefs = (history: ReadingHistory, types: readonly CnfType[]): ObjectRef[] =>
  types.length === 0
    ? []
    : workloadsOf(history)
        .filter(({ cnf_type: type, status }) => types.includes(type) && status === 'FAILED')
        .slice(0, refsMax)
        .map(workloadRef)
