import type { Node } from '../object/node.ts'
import type { ObjectRef } from '../view.ts'
import { type Check, chosen, counted, named, passed, unknown } from './health-check.ts'
import { isControlPlane, isNodeReady, nodeProblems, nodeSummary } from './node-summary.ts'
import { isTerminal } from './pod-status.ts'
import { timeOf } from './time-field.ts'

const refOf = ({ metadata }: Node): ObjectRef => ({ kind: 'Node', namespace: '', name: metadata.name })

const controlPlane: Check = {
  ...{ id: 'control_plane_nodes', category: 'platform', title: 'Control-plane nodes are ready' },
  needs: ['Node'],
  run({ view, api }) {
    const nodes = view.list('Node')
    const planes = nodes.filter(isControlPlane)
    if (nodes.length === 0) return unknown('No node is there to be looked at.')
    if (planes.length === 0) {
      const why = 'No node has the role of a control plane: it is run outside of the cluster'
      return api?.reachable ? passed(`${why}, and its API server answers.`) : unknown(`${why}.`)
    }
    const lost = planes.filter((node) => !isNodeReady(node)).map(refOf)
    if (lost.length === 0) return passed(`${counted(planes.length, 'control-plane node')} ready.`)
    /** etcd needs more than half. */
    const hasQuorum = planes.length - lost.length > planes.length / 2
    return {
      status: 'FAIL',
      severity: hasQuorum ? 'HIGH' : 'CRITICAL',
      message: `${lost.length} of ${counted(planes.length, 'control-plane node')} not ready: ${named(lost)}.`,
      objects: lost,
    }
  },
  remediation: {
    description:
      'Look at the conditions of the node and at its kubelet; without a majority of them etcd does not write.',
    kubectl_commands: [
      'kubectl get nodes -l node-role.kubernetes.io/control-plane -o wide',
      'kubectl get pods -n kube-system -l tier=control-plane -o wide',
    ],
    az_commands: [],
  },
}

const api: Check = {
  ...{ id: 'api_server', category: 'platform', title: 'The API server answers' },
  needs: [],
  run: ({ api: state }) =>
    state === undefined
      ? unknown('It was not asked.')
      : state.reachable
        ? passed(state.message || 'It answers.')
        : { status: 'FAIL', severity: 'CRITICAL', message: state.message || 'It does not answer.' },
  remediation: {
    description: 'Check its address, its certificate, the way there and the credentials.',
    kubectl_commands: ['kubectl cluster-info', "kubectl get --raw '/readyz?verbose'"],
    az_commands: [],
  },
}

const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']

const pressure: Check = {
  ...{ id: 'node_pressure', category: 'node', title: 'Nodes are ready and under no pressure' },
  needs: ['Node'],
  run({ view }) {
    const nodes = view.list('Node')
    if (nodes.length === 0) return unknown('No node is there to be looked at.')
    const bad = nodes.flatMap((node) => {
      const problems = nodeProblems(node).filter((one) => one === 'NotReady' || pressures.includes(one))
      return problems.length > 0 ? [{ node, problems }] : []
    })
    if (bad.length === 0) return passed(`${counted(nodes.length, 'node')} ready, none under pressure.`)
    const isLost = bad.some(({ problems }) => problems.includes('NotReady'))
    const kinds = [...new Set(bad.flatMap(({ problems }) => problems))].join(', ')
    return {
      status: isLost || bad.length === nodes.length ? 'FAIL' : 'WARNING',
      severity: bad.length === nodes.length ? 'CRITICAL' : 'HIGH',
      message: `${bad.length} of ${counted(nodes.length, 'node')} with ${kinds}: ${named(bad.map(({ node }) => refOf(node)))}.`,
      objects: bad.map(({ node }) => refOf(node)),
    }
  },
  remediation: {
    description: 'Find what uses the resource there; pods above what they request are evicted first.',
    kubectl_commands: ['kubectl describe node NODE', 'kubectl top pods -A --sort-by=memory'],
    az_commands: [],
  },
}

/** Of what can be handed out; beyond it, the loss of a small part leaves no room. */
const fullShare = 0.9
/** Waiting for the scheduler longer than this is no hand-over any more. */
const unschedulableMs = 2 * 60_000

const resources: Check = {
  ...{ id: 'node_resources', category: 'node', title: 'There is room for more pods' },
  needs: ['Node', 'Pod'],
  *run({ view }) {
    const nodes = view.list('Node').filter((node) => isNodeReady(node) && node.spec.unschedulable !== true)
    if (nodes.length === 0) return unknown('No node is ready and takes pods.')
    const waiting = yield* chosen(
      view.list('Pod'),
      ({ spec, status }) =>
        !spec.nodeName &&
        !isTerminal({ status }) &&
        status.conditions.some(
          (one) =>
            one.type === 'PodScheduled' &&
            one.reason === 'Unschedulable' &&
            view.timeMs - timeOf(one.lastTransitionTime) >= unschedulableMs &&
            /Insufficient |Too many pods/.test(one.message),
        ),
    )
    if (waiting.length > 0) {
      const objects = waiting.map(({ metadata: { namespace, name } }) => ({ kind: 'Pod', namespace, name }))
      const message = `${counted(waiting.length, 'pod')} find no node with enough left: ${named(objects)}.`
      return { status: 'FAIL', severity: 'HIGH', message, objects }
    }
    const sums: Sum[] = []
    for (const node of nodes) {
      sums.push(nodeSummary(view, node))
      yield
    }
    const share = (asked: (one: Sum) => number, whole: (one: Sum) => number): number => {
      const total = sums.reduce((sum, one) => sum + whole(one), 0)
      return total > 0 ? sums.reduce((sum, one) => sum + asked(one), 0) / total : 0
    }
    const shares = {
      CPU: share(
        (one) => one.requested.cpu_cores,
        (one) => one.allocatable.cpu_cores,
      ),
      memory: share(
        (one) => one.requested.memory_bytes,
        (one) => one.allocatable.memory_bytes,
      ),
      pods: share(
        (one) => one.pods,
        (one) => one.allocatable.pods,
      ),
    }
    const text = Object.entries(shares)
      .map(([what, part]) => `${what} ${Math.round(part * 100)} %`)
      .join(', ')
    const isFull = Object.values(shares).some((part) => part > fullShare)
    return isFull
      ? {
          status: 'WARNING',
          severity: 'MEDIUM',
          message: `Little is left: ${text} of what can be requested.`,
        }
      : passed(`Requested: ${text} of what the nodes have.`)
  },
  remediation: {
    description: 'Add nodes, or lower requests that are far above what is used.',
    kubectl_commands: [
      'kubectl get pods -A --field-selector=status.phase=Pending',
      'kubectl describe nodes',
      'kubectl top nodes',
    ],
    az_commands: [],
  },
}
type Sum = ReturnType<typeof nodeSummary>

export const nodeChecks: readonly Check[] = [controlPlane, api, pressure, resources]
