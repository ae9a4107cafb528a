import type { CnfWorkload } from '@aiops/contract/model/cnf'
import type { Signature } from '../../signature/signature.ts'
import type { CnfConfig } from '../config.ts'
import { workloadRef, workloadsOf } from './function-refs.ts'
import { advice, documents, rule, shellWord } from './rule.ts'

/** Network functions as workloads. */
export const workloadSignatures = (config: CnfConfig): Signature[] => [
  lacking(config, {
    ...{ id: 'cnf-down', status: 'FAILED', severity: 'CRITICAL', specificity: 0.96 },
    condition: `None of a network function’s replicas is ready for ${config.workload_seconds} s.`,
  }),
  lacking(config, {
    ...{ id: 'cnf-degraded', status: 'DEGRADED', severity: 'HIGH', specificity: 0.35 },
    condition: `Some of a network function’s replicas are not ready for ${config.workload_seconds} s.`,
  }),
]

type Lack = {
  id: string
  status: CnfWorkload['status']
  severity: Signature['severity']
  specificity: number
  condition: string
}

const lacking = (config: CnfConfig, lack: Lack): Signature =>
  rule({
    id: lack.id,
    analyzer: 'cnf-workload',
    kind: 'Deployment',
    severity: lack.severity,
    condition: lack.condition,
    not_when: 'It is scaled to nothing, or is being rolled out.',
    documentation_url: documents.workload,
    openAfterMs: config.workload_seconds * 1_000,
    *check(history) {
      for (const workload of workloadsOf(history)) {
        if (workload.status !== lack.status) continue
        const object = workloadRef(workload)
        const { ready, desired, name, namespace, kind } = workload
        yield {
          object,
          title: `${typeName(workload)} ${name} has ${ready} of ${desired} replicas ready`,
          sinceMs: undefined,
          specificity: lack.specificity,
          evidence: [
            {
              ...{ kind: 'FIELD', object, source: 'status.readyReplicas', at: null },
              text: `${ready} of ${desired} ready; taken for ${workload.cnf_type} by ${workload.recognised_by}`,
            },
          ],
          remediation: [
            advice(
              'See what keeps its pods from being ready.',
              `kubectl -n ${shellWord(namespace)} describe ${shellWord(kind.toLowerCase())} ${shellWord(name)}`,
            ),
          ],
        }
      }
    },
  })

const typeName = ({ cnf_type: type }: CnfWorkload): string => (type === 'OTHER' ? 'Network function' : type)
