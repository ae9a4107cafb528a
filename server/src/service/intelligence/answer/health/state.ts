import type { EntityRef } from '@aiops/contract/model/answer'
import type { Found } from '../answerer.ts'
import type { Cited } from '../draft.ts'
import { shortened } from '../incident/list.ts'
import { isPartOf, objectId } from '../subject.ts'
import { counted, listed, momentText } from '../words.ts'
import type { Sign } from './sign.ts'

/** What Kubernetes and the fleet say of a thing: what of it is wrong, and what was seen at all. */
export type State = { wrong: Sign[]; seen: { text: string; cites: Cited }[] }

export function stateOf(found: Found, ref: EntityRef, nowMs: number): State {
  const parts = [
    clusterState(found, ref, nowMs),
    nodeState(found, ref),
    podState(found, ref),
    workloadState(found, ref),
  ]
  return { wrong: parts.flatMap(({ wrong }) => wrong), seen: parts.flatMap(({ seen }) => seen) }
}

const nothing: State = { wrong: [], seen: [] }

function clusterState(found: Found, ref: EntityRef, nowMs: number): State {
  const outcome = found.of('get_cluster_status')
  if (ref.kind !== 'CLUSTER' || !outcome?.output) return nothing
  const { cluster, overview } = outcome.output
  const { state, health_score, since, checks } = cluster.status
  const offset = overview ? 2 : 1
  const failing = checks
    .map((check, i) => ({ check, cites: outcome.records[offset + i] }))
    .filter(({ check }) => check.result === 'UNHEALTHY')
  const seen: State['seen'] = [
    {
      text: `${cluster.name} is ${state} with a health score of ${health_score}, since ${momentText(since, nowMs)}`,
      cites: outcome.records[0],
    },
    ...(overview
      ? [{ text: outcome.records[1]?.sentence.replace(/\.$/, '') ?? '', cites: outcome.records[1] }]
      : []),
  ]
  if (state === 'ONLINE') return { wrong: [], seen }
  return {
    wrong: [
      {
        ...{ kind: 'STATE', severity: state === 'OFFLINE' ? 'CRITICAL' : 'HIGH', since },
        text: `${cluster.name} is ${state}${failing.length > 0 ? `: ${listed(failing.map(({ check }) => `${backend[check.target]} ${shortened(check.message)}`))}` : ''}`,
        cites: [outcome.records[0], ...failing.map(({ cites }) => cites)],
      },
    ],
    seen,
  }
}

const backend = {
  API_SERVER: 'API server:',
  PROMETHEUS: 'Prometheus:',
  TEMPO: 'Tempo:',
  LOKI: 'Loki:',
} as const

function nodeState(found: Found, ref: EntityRef): State {
  const nodes = ref.kind === 'NODE' ? (found.output('list_nodes')?.nodes ?? []) : []
  const wrong = nodes.flatMap((node, i): Sign[] =>
    node.ready && node.problems.length === 0
      ? []
      : [
          {
            ...{ kind: 'STATE', severity: node.ready ? 'HIGH' : 'CRITICAL', since: null },
            text: `node ${node.name} is ${node.ready ? 'Ready' : 'NotReady'}${pressures(node.problems).length > 0 ? ` with ${listed(pressures(node.problems))}` : ''}`,
            cites: found.record('list_nodes', i),
          },
        ],
  )
  return {
    wrong,
    seen: nodes.map((node, i) => ({
      text: `node ${node.name} is ${node.ready ? 'Ready' : 'NotReady'}${node.schedulable ? '' : ' and cordoned'}, ${counted(node.pods, 'pod')} on it`,
      cites: found.record('list_nodes', i),
    })),
  }
}

/** Beside the readiness, which is said anyway. */
const pressures = (problems: readonly string[]): string[] => problems.filter((one) => one !== 'NotReady')

function podState(found: Found, ref: EntityRef): State {
  const pods = (found.output('list_pods')?.pods ?? []).map((pod, i) => ({
    pod,
    cites: found.record('list_pods', i),
  }))
  const own = pods.filter(
    ({ pod }) =>
      ref.kind === 'NODE' ||
      isPartOf(ref, objectId(pod.cluster_name, { kind: 'Pod', ...pod })) ||
      ref.kind === 'NAMESPACE',
  )
  const wrong = own.flatMap(({ pod, cites }): Sign[] =>
    pod.ready === pod.total || pod.status === 'Succeeded' || pod.status === 'Completed'
      ? []
      : [
          {
            ...{ kind: 'STATE', severity: 'HIGH', since: null, cites },
            text: `pod ${pod.name} is ${pod.status} (${pod.ready} of ${counted(pod.total, 'container')} ready, ${counted(pod.restarts, 'restart')})`,
          },
        ],
  )
  const isOne = ref.kind === 'POD'
  return {
    wrong,
    seen: isOne
      ? own.map(({ pod, cites }) => ({
          text: `pod ${pod.name} is ${pod.status} on ${pod.node ?? 'no node'}`,
          cites,
        }))
      : [],
  }
}

function workloadState(found: Found, ref: EntityRef): State {
  const all = (found.output('list_workloads')?.workloads ?? []).map((one, i) => ({
    ...{ one, cites: found.record('list_workloads', i) },
  }))
  const isWhole = ref.kind === 'CLUSTER' || ref.kind === 'NAMESPACE'
  const wrong = all.flatMap(({ one, cites }): Sign[] =>
    one.ready >= one.desired
      ? []
      : [
          {
            ...{ kind: 'STATE', severity: one.ready === 0 ? 'CRITICAL' : 'MEDIUM', since: null, cites },
            text: `${one.kind} ${one.name} in ${one.cluster_name} has ${one.ready} of ${counted(one.desired, 'replica')} ready`,
          },
        ],
  )
  const unready = wrong.length
  return {
    wrong,
    seen: isWhole
      ? all.length === 0
        ? []
        : [
            {
              text: `${all.length - unready} of ${counted(all.length, 'workload')} have all replicas ready`,
              cites: found.of('list_workloads')?.call.id,
            },
          ]
      : all.map(({ one, cites }) => ({
          text: `${one.kind} ${one.name} in ${one.cluster_name} has ${one.ready} of ${counted(one.desired, 'replica')} ready`,
          cites,
        })),
  }
}
