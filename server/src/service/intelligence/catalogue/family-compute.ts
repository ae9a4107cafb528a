import type { Building, Built, Family } from './family.ts'
import { summedRate } from './family-request.ts'
import { type MetricFact, plainName } from './metric-fact.ts'
import { unitOf } from './metric-unit.ts'
import type { PromExpression } from './promql.ts'

const named = (pattern: RegExp) => (fact: MetricFact) => pattern.test(plainName(fact.name))

export const selected = (
  name: string,
  matchers: Building['matchers'],
  how: 'sum' | 'avg' | 'max' | 'min',
  by: readonly string[],
): PromExpression => ({ op: 'AGGREGATE', how, by, of: { op: 'SELECT', name, matchers } })

/** cAdvisor counts a pod's pause container and the pod as a whole beside its containers. */
const containersAlone = (fact: MetricFact, matchers: Building['matchers']): Building['matchers'] =>
  fact.name.startsWith('container_') && fact.labels.includes('container')
    ? [...matchers, { name: 'container', op: '!=', value: '' }]
    : matchers

/** How much there is, may be had or was asked for, as the platform's own series of costs say: none of it is in use for that. */
const isSize = (fact: MetricFact): boolean =>
  /limit|request|capacity|allocatable|(?:^|_)(?:node|machine)_(?:cpu_cores|memory_bytes)$/.test(
    plainName(fact.name),
  )

const cores = { kind: 'RATE', what: 'CPU use', unit: 'cores', worse: 'MORE' } as const
const share = (what: string, fact: MetricFact) =>
  ({ kind: 'RATIO', what, unit: unitOf(fact) === '%' ? '%' : 'ratio', worse: 'MORE' }) as const

/** Of services in cores, of machines as a share. */
export const computeFamilies: readonly Family[] = [
  {
    fits: (fact) => named(/cpu.*cores$/)(fact) && !isSize(fact),
    build: ({ fact, matchers, by }) => ({
      ...{ ...cores, kind: 'GAUGE', expression: selected(fact.name, matchers, 'sum', by) },
    }),
  },
  {
    fits: (fact) =>
      named(/^(process|container|pod|jvm_process)?_?cpu(_usage)?_seconds_total$/)(fact) &&
      !named(/^node/)(fact),
    build: ({ fact, matchers, by }) => ({
      ...cores,
      expression: summedRate(fact, containersAlone(fact, matchers), by),
    }),
  },
  {
    fits: named(/^(process|container)_cpu_(usage_)?seconds_total$|^process_cpu_time(_seconds)?(_total)?$/),
    build: ({ fact, matchers, by }) => ({
      ...cores,
      expression: summedRate(fact, containersAlone(fact, matchers), by),
    }),
  },
  {
    fits: (fact) => named(/cpu.*(util|usage|percent|ratio|busy)/)(fact) && fact.kind !== 'COUNTER',
    build: ({ fact, matchers, by }) => ({
      ...share('CPU utilisation', fact),
      expression: selected(fact.name, matchers, 'avg', by),
    }),
  },
  {
    fits: (fact) => named(/^node_cpu_seconds_total$|^system_cpu_time(_seconds)?(_total)?$/)(fact),
    build: machineCpu,
  },
]

/** What is not idle. */
function machineCpu({ fact, matchers, by }: Building): Built {
  const label = fact.labels.includes('state') ? 'state' : 'mode'
  return {
    ...{ kind: 'RATIO', what: 'CPU utilisation', unit: 'ratio', worse: 'MORE' },
    expression: {
      op: 'REST_OF_ONE',
      of: {
        ...{ op: 'AGGREGATE', how: 'avg', by },
        of: {
          op: 'RATE',
          name: fact.name,
          matchers: [...matchers, { name: label, op: '=', value: 'idle' }],
          window: '5m',
        },
      },
    },
  }
}

const use = { kind: 'GAUGE', what: 'memory use', unit: 'By', worse: 'MORE' } as const
const ofUse =
  (how: 'sum' | 'max') =>
  ({ fact, matchers, by }: Building): Built => ({
    ...use,
    unit: unitOf(fact) ?? 'By',
    expression: selected(fact.name, containersAlone(fact, matchers), how, by),
  })
const noMachine = (fact: MetricFact): boolean => !/^(node|system|dcgm|machine)_/.test(plainName(fact.name))

export const memoryFamilies: readonly Family[] = [
  { fits: named(/^process_resident_memory_bytes$|^process_memory_usage(_bytes)?$/), build: ofUse('sum') },
  {
    fits: named(/^container_memory_working_set_bytes$|^k8s_pod_memory_working_set(_bytes)?$/),
    build: ofUse('sum'),
  },
  {
    fits: named(
      /^node_memory_(utili[sz]ation|usage).*|^system_memory_utilization.*|^node_memory.*(ratio|percent)$/,
    ),
    build: ({ fact, matchers, by }) => ({
      ...share('memory utilisation', fact),
      expression: selected(
        fact.name,
        fact.labels.includes('state') ? [...matchers, { name: 'state', op: '=', value: 'used' }] : matchers,
        'avg',
        by,
      ),
    }),
  },
  { fits: named(/^node_memory_memavailable_bytes$/), build: machineMemory },
  {
    fits: (fact) =>
      noMachine(fact) &&
      named(/(memory|mem|rss|heap).*(usage|used|working_set|resident|rss|bytes)/)(fact) &&
      !isSize(fact) &&
      !named(/max|total$|free|avail/)(fact),
    build: ofUse('sum'),
  },
]

function machineMemory({ fact, facts, matchers, by }: Building): Built | undefined {
  const total = facts.find(({ name }) => name === 'node_memory_MemTotal_bytes')
  if (!total) return undefined
  return {
    ...{ kind: 'RATIO', what: 'memory utilisation', unit: 'ratio', worse: 'MORE' },
    expression: {
      op: 'REST_OF_ONE',
      of: {
        op: 'DIVIDE',
        left: selected(fact.name, matchers, 'sum', by),
        right: selected(total.name, matchers, 'sum', by),
      },
    },
  }
}
