import type { Building, Built, Family } from './family.ts'
import { selected } from './family-compute.ts'
import { summedRate } from './family-request.ts'
import { type MetricFact, plainName } from './metric-fact.ts'
import { rateUnit, unitOf } from './metric-unit.ts'

const named = (pattern: RegExp) => (fact: MetricFact) => pattern.test(plainName(fact.name))
/** One disk is not another: what is full is one of them. */
const partsOf = (fact: MetricFact, labels: readonly string[]): string[] =>
  labels.filter((one) => fact.labels.includes(one))
const mounts = ['mountpoint', 'persistentvolumeclaim', 'system.filesystem.mountpoint', 'path'] as const
/** Of which nobody cares how full they are. */
const realDisks = (fact: MetricFact, matchers: Building['matchers']): Building['matchers'] =>
  fact.labels.includes('fstype')
    ? [...matchers, { name: 'fstype', op: '!~', value: 'tmpfs|overlay|squashfs|ramfs|devtmpfs|iso9660' }]
    : matchers

const left: Family = {
  fits: named(/(filesystem|disk|volume|storage).*(avail|free)/),
  build: ({ fact, matchers, by }) => {
    const all = [...by, ...partsOf(fact, mounts)]
    return {
      ...{ kind: 'GAUGE', what: 'free space', unit: unitOf(fact) ?? 'By', worse: 'LESS', by: all },
      expression: selected(fact.name, realDisks(fact, matchers), 'min', all),
    }
  },
}
const shareUsed: Family = {
  fits: named(/(filesystem|volume).*avail/),
  build: ({ fact, facts, matchers, by }): Built | undefined => {
    const ending = /avail(able)?/i
    const sizes = ['size', 'capacity', 'total'].map((word) => plainName(fact.name.replace(ending, word)))
    const size = facts.find((one) => sizes.includes(plainName(one.name)))
    if (!size) return undefined
    const all = [...by, ...partsOf(fact, mounts)]
    const real = realDisks(fact, matchers)
    return {
      ...{ kind: 'RATIO', what: 'disk use', unit: 'ratio', worse: 'MORE', by: all },
      expression: {
        op: 'REST_OF_ONE',
        of: {
          op: 'DIVIDE',
          left: selected(fact.name, real, 'min', all),
          right: selected(size.name, real, 'min', all),
        },
      },
    }
  },
}
const utilised: Family = {
  fits: (fact) =>
    named(/(filesystem|disk|volume).*(util|usage|used|percent|ratio)/)(fact) && fact.kind !== 'COUNTER',
  build: ({ fact, matchers, by }) => {
    const all = [...by, ...partsOf(fact, mounts)]
    return {
      ...{ kind: 'GAUGE', what: 'disk use', unit: unitOf(fact), worse: 'MORE', by: all },
      expression: selected(fact.name, realDisks(fact, matchers), 'max', all),
    }
  },
}

export const diskFamilies = (wantsAmount: boolean): readonly Family[] =>
  wantsAmount ? [left, utilised] : [shareUsed, utilised, left]

export const networkFamilies: readonly Family[] = [
  /(receive|rx|transmit|tx|network_io).*bytes/,
  /network|_net_|packets|drop/,
].map((pattern) => ({
  fits: (fact: MetricFact) => named(pattern)(fact) && fact.kind === 'COUNTER',
  build: ({ fact, matchers, by }: Building): Built => ({
    ...{ kind: 'RATE', what: fact.name, unit: rateUnit(unitOf(fact), '1') },
    expression: summedRate(fact, matchers, by),
  }),
}))

const devices = ['gpu', 'UUID', 'device', 'sensor', 'chip'] as const
const device = (
  pattern: RegExp,
  what: string,
  unit: string | null,
  how: 'max' | 'sum' | 'avg' = 'max',
): Family => ({
  fits: (fact) => named(pattern)(fact) && fact.kind !== 'COUNTER',
  build: ({ fact, matchers, by }) => {
    const all = [...by, ...partsOf(fact, devices).slice(0, 1)]
    return {
      ...{ kind: 'GAUGE', what, unit: unitOf(fact) ?? unit, worse: 'MORE', by: all },
      expression: selected(fact.name, matchers, how, all),
    }
  },
})

export const deviceFamilies = {
  TEMPERATURE: [device(/gpu_temp$/, 'GPU temperature', 'Cel'), device(/temp/, 'temperature', 'Cel')],
  POWER: [device(/power_usage$|gpu.*power/, 'power draw', 'W'), device(/power|watts/, 'power draw', 'W')],
  UTILIZATION: [
    device(/gpu_util$/, 'GPU utilisation', '%'),
    device(/(^|_)util$|gpu.*util/, 'utilisation', '%'),
    device(/util|_usage_ratio|_busy/, 'utilisation', 'ratio', 'avg'),
  ],
} as const
