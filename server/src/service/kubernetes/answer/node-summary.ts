import type { NodeSummary } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { Condition } from '../object/meta.ts'
import type { Node } from '../object/node.ts'
import type { Pod } from '../object/pod.ts'
import type { ClusterView } from '../view.ts'
import { amount, requestOf } from './pod-request.ts'
import { isTerminal } from './pod-status.ts'
import type { Usage } from './pod-summary.ts'
import { timeOrNull } from './time-field.ts'

export type NodeUsage = (name: string) => Usage

/** Nodes by name. A step is one node. */
export function* nodeSummaries(view: ClusterView, usageOf: NodeUsage = () => null): Stepwise<NodeSummary[]> {
  const summaries: NodeSummary[] = []
  for (const node of view.list('Node')) {
    summaries.push(nodeSummary(view, node, usageOf))
    yield
  }
  return summaries
}

export function nodeSummary(view: ClusterView, node: Node, usageOf: NodeUsage = () => null): NodeSummary {
  const { metadata, spec, status } = node
  /** Those that ended hold nothing any more. */
  const pods = view.podsOn(metadata.name).filter((pod) => !isTerminal(pod))
  const gpus = gpuResources(status.allocatable)
  return {
    name: metadata.name,
    ready: isNodeReady(node),
    schedulable: spec.unschedulable !== true,
    roles: rolesOf(node),
    version: status.nodeInfo.kubeletVersion,
    os: status.nodeInfo.osImage,
    created_at: timeOrNull(metadata.creationTimestamp),
    problems: nodeProblems(node),
    pods: pods.length,
    allocatable: {
      cpu_cores: round(amount(status.allocatable, 'cpu')),
      memory_bytes: amount(status.allocatable, 'memory'),
      pods: amount(status.allocatable, 'pods'),
      gpus: sum(gpus, (resource) => amount(status.allocatable, resource)),
    },
    requested: {
      cpu_cores: requested(pods, 'cpu'),
      memory_bytes: requested(pods, 'memory'),
      gpus: sum(gpus, (resource) => requested(pods, resource)),
    },
    usage: usageOf(metadata.name),
  }
}

export const isNodeReady = ({ status }: Pick<Node, 'status'>): boolean =>
  status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')

export const isControlPlane = (node: Pick<Node, 'metadata'>): boolean =>
  rolesOf(node).some((role) => role === 'control-plane' || role === 'master' || role === 'controlplane')

const rolePrefix = 'node-role.kubernetes.io/'
export function rolesOf({ metadata }: Pick<Node, 'metadata'>): string[] {
  const roles = new Set<string>()
  for (const [name, value] of Object.entries(metadata.labels)) {
    if (name.startsWith(rolePrefix) && name.length > rolePrefix.length)
      roles.add(name.slice(rolePrefix.length))
    else if (name === 'kubernetes.io/role' && value !== '') roles.add(value)
  }
  return [...roles].sort()
}

/**
 * Conditions that are as they should not be. `NotReady` stands alone where the node does not report: what else it said is not known any
 * more. Of conditions that others add (node problem detector and the like), the type says which status is the bad one; where it does
 * not, nothing is said.
 */
export function nodeProblems({ status }: Pick<Node, 'status'>): string[] {
  const problems: string[] = []
  const ready = status.conditions.find((one) => one.type === 'Ready')
  if (ready?.status !== 'True') problems.push('NotReady')
  for (const condition of status.conditions) if (isProblem(condition)) problems.push(condition.type)
  return problems
}

const badWhenTrue =
  /Pressure$|Problem$|Unavailable$|Unhealthy$|Deadlock$|Readonly|ReadOnly|Corrupt|^Frequent|Fail(ed|ure)$|Error$|Errors$|Degraded$|NotReady$|Lost$|Down$|Terminat/
const badWhenFalse = /Ready$|Healthy$|Available$|Operational$/

function isProblem({ type, status }: Condition): boolean {
  if (type === 'Ready') return false
  if (badWhenTrue.test(type)) return status === 'True'
  return badWhenFalse.test(type) && status === 'False'
}

/** What the scheduler hands out as GPUs, a MIG slice as one. */
const gpuResource = /^(nvidia\.com\/(gpu|mig-.+)|amd\.com\/gpu|gpu\.intel\.com\/(i915|xe))(\.shared)?$/
const gpuResources = (allocatable: Readonly<Record<string, string>>): string[] =>
  Object.keys(allocatable).filter((resource) => gpuResource.test(resource))

const requested = (pods: readonly Pod[], resource: string): number =>
  round(sum(pods, (pod) => requestOf(pod, resource)))

/** Sums of millicores are whole millicores. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
