import type { MachineConfigPool } from '../../object/extension.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  counted,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
  spanOf,
} from '../evidence.ts'
import { advice, describe, patch } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'

const documentation = 'https://docs.openshift.com/container-platform/latest/'
/** A machine is drained, written and rebooted within about half an hour. */
const machineMs = 30 * minute
const pausedMs = 24 * hour

/** Pools of machines of OpenShift. */
export const machineConfigPoolRules: readonly Rule[] = [
  {
    id: 'machine-config-pool-degraded',
    analyzer: 'MachineConfigPool',
    kind: 'MachineConfigPool',
    severity: 'HIGH',
    condition:
      'A pool of machines is degraded: a configuration could not be rendered, or a node could not take it.',
    not_when: 'Degraded, NodeDegraded and RenderDegraded are False.',
    documentation_url: `${documentation}machine_configuration/index.html`,
    alert_name: null,
    needs: ['MachineConfigPool'],
    check: each('MachineConfigPool', poolDegraded),
  },
  {
    id: 'machine-config-pool-paused',
    analyzer: 'MachineConfigPool',
    kind: 'MachineConfigPool',
    severity: 'LOW',
    condition:
      'A pool of machines is paused, and a configuration has waited for it for more than a day; so do renewed certificates.',
    not_when: 'It is paused and up to date, or has been behind for less than a day.',
    documentation_url: `${documentation}machine_configuration/index.html`,
    alert_name: null,
    needs: ['MachineConfigPool'],
    check: each('MachineConfigPool', poolPaused),
  },
  {
    id: 'machine-config-pool-updating-long',
    analyzer: 'MachineConfigPool',
    kind: 'MachineConfigPool',
    severity: 'MEDIUM',
    condition:
      'A pool of machines has been updating for more than half an hour a machine, and at least two hours.',
    not_when: 'It is updating within that, or paused.',
    documentation_url: `${documentation}machine_configuration/index.html`,
    alert_name: null,
    needs: ['MachineConfigPool'],
    check: each('MachineConfigPool', poolUpdating),
  },
]

const countsOf = ({ status }: MachineConfigPool): string =>
  `${status.updatedMachineCount ?? 0} of ${counted(status.machineCount ?? 0, 'machine')} updated, ${status.unavailableMachineCount ?? 0} unavailable, ${status.degradedMachineCount ?? 0} degraded`
const poolEvidence = (pool: MachineConfigPool) =>
  fieldEvidence(refOf('MachineConfigPool', pool), 'status', countsOf(pool))

function* poolDegraded(pool: MachineConfigPool): Iterable<Observation> {
  const faults = pool.status.conditions.filter(
    ({ type, status }) => /^(Degraded|NodeDegraded|RenderDegraded)$/.test(type) && status === 'True',
  )
  const cause = faults.find(({ type }) => type !== 'Degraded') ?? faults[0]
  if (!cause) return
  const ref = refOf('MachineConfigPool', pool)
  yield {
    object: ref,
    title: `Machine pool ${ref.name} is degraded${cause.message || cause.reason ? `: ${briefly(cause.message || cause.reason)}` : ''}.`,
    sinceMs: msOf(cause.lastTransitionTime),
    evidence: [...faults.map((condition) => conditionEvidence(ref, condition)), poolEvidence(pool)],
    remediation: [
      describe(ref),
      advice(
        'See what the machine config daemons say.',
        'kubectl get pods -n openshift-machine-config-operator -o wide',
      ),
    ],
  }
}

const isBehind = ({ status }: MachineConfigPool): boolean =>
  conditionOf(status.conditions, 'Updated')?.status === 'False' ||
  (status.updatedMachineCount ?? 0) < (status.machineCount ?? 0)

function* poolPaused(pool: MachineConfigPool, view: ClusterView): Iterable<Observation> {
  const sinceMs = msOf(conditionOf(pool.status.conditions, 'Updated')?.lastTransitionTime)
  if (pool.spec.paused !== true || !isBehind(pool) || heldMs(view, sinceMs) < pausedMs) return
  const ref = refOf('MachineConfigPool', pool)
  yield {
    object: ref,
    title: `Machine pool ${ref.name} is paused, and has been behind for ${spanOf(heldMs(view, sinceMs))}.`,
    sinceMs,
    evidence: [fieldEvidence(ref, 'spec.paused', 'true'), poolEvidence(pool)],
    remediation: [
      describe(ref),
      patch(ref, { spec: { paused: false } }, 'Let it go on, which reboots machines; tried first.'),
    ],
  }
}

function* poolUpdating(pool: MachineConfigPool, view: ClusterView): Iterable<Observation> {
  const condition = conditionOf(pool.status.conditions, 'Updating')
  const sinceMs = msOf(condition?.lastTransitionTime)
  const longMs = Math.max(2 * hour, machineMs * (pool.status.machineCount ?? 0))
  if (condition?.status !== 'True' || pool.spec.paused === true || heldMs(view, sinceMs) < longMs) return
  const ref = refOf('MachineConfigPool', pool)
  yield {
    object: ref,
    title: `Machine pool ${ref.name} has been updating for ${spanOf(heldMs(view, sinceMs))}: ${countsOf(pool)}.`,
    sinceMs,
    evidence: [conditionEvidence(ref, condition), poolEvidence(pool)],
    remediation: [
      describe(ref),
      advice(
        'A node that cannot be drained is the usual reason: see which policies allow no disruption.',
        'kubectl get pdb -A',
      ),
    ],
  }
}
