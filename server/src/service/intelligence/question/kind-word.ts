import type { EntityRef } from '@aiops/contract/model/answer'

export type EntityKind = EntityRef['kind']

/** What a word beside a name says about the kind of what is named; the likeliest first. */
const table: readonly [readonly EntityKind[], string][] = [
  [['NODE', 'HOST'], 'node nodes machine machines box server servers vm kubelet'],
  [['HOST', 'NODE'], 'host hosts hostname'],
  [['CLUSTER'], 'cluster clusters site k8s spoke edge'],
  [['POD', 'WORKLOAD'], 'pod pods container containers replica replicas instance instances'],
  [
    ['SERVICE', 'DATABASE', 'QUEUE', 'EXTERNAL', 'WORKLOAD', 'FUNCTION'],
    'service services svc microservice app application component api backend endpoint',
  ],
  [['NAMESPACE'], 'namespace namespaces ns project'],
  [
    ['WORKLOAD', 'SERVICE'],
    'deployment deployments workload workloads statefulset statefulsets sts daemonset daemonsets replicaset cronjob job',
  ],
  [['DATABASE', 'WORKLOAD', 'SERVICE'], 'database databases db datastore postgres mysql redis'],
  [['QUEUE', 'WORKLOAD', 'SERVICE'], 'queue queues topic broker bus kafka'],
  [['METRIC'], 'metric metrics timeseries'],
  [['ALERT'], 'alert alerts alarm alarms'],
  [['PROVIDER'], 'provider providers'],
  [['RUNBOOK'], 'runbook runbooks playbook playbooks'],
  [['FUNCTION', 'WORKLOAD', 'POD'], 'function cnf nf vnf'],
]

const kindsByWord = new Map<string, readonly EntityKind[]>(
  table.flatMap(([kinds, words]) => words.split(' ').map((word) => [word, kinds] as const)),
)

export const kindsOfWord = (lower: string): readonly EntityKind[] | undefined => kindsByWord.get(lower)

/** Concept of a kind that is meant in the plural: "workers" are nodes where every worker is one. */
export const conceptOfKind: Partial<Record<EntityKind, 'NODE' | 'CLUSTER' | 'POD' | 'WORKLOAD' | 'SERVICE'>> =
  {
    NODE: 'NODE',
    HOST: 'NODE',
    CLUSTER: 'CLUSTER',
    POD: 'POD',
    WORKLOAD: 'WORKLOAD',
    SERVICE: 'SERVICE',
  }

/** Kinds that are told apart only by somebody saying which kind: their names are made of everyday words. */
export const spokenKinds: ReadonlySet<EntityKind> = new Set(['ALERT', 'METRIC', 'RUNBOOK'])
