import { gpuModels } from './gpu-device.ts'
import type { Moment, World, WorldOptions } from './world.ts'

/** What looks odd and is well: nothing may be found in an hour of it. */
export type HealthyStory = {
  name: string
  story: string
  options: WorldOptions
  /** Before the first step. */
  begin?(world: World): void
  bend?(world: World, moment: Moment): void
}

const gpu = { areas: ['GPU'] } as const satisfies WorldOptions
const cnf = { areas: ['CNF'] } as const satisfies WorldOptions
const devices = (world: World) => world.gpuNodes.flatMap(({ gpus }) => gpus)

export const healthyStories: readonly HealthyStory[] = [
  { name: 'plain', story: 'All is well, with the usual noise.', options: { areas: ['GPU', 'CNF'] } },
  {
    name: 'no-memory-sensor',
    story: 'Boards without HBM tell 9223372036854775794 for the temperature of their memory.',
    options: { ...gpu, models: [gpuModels.l4, gpuModels.l4] },
  },
  {
    name: 'old-xid',
    story: 'The last XID is of last week, and stays.',
    options: gpu,
    begin(world) {
      devices(world).forEach((device, index) => {
        device.lastXid = [79, 31, 48][index % 3] as number
      })
    },
  },
  {
    name: 'divided',
    story: 'GPUs are divided: slices, one without owner, and no utilisation.',
    options: { ...gpu, models: [gpuModels.a100, gpuModels.a100] },
    begin(world) {
      for (const device of devices(world)) {
        const owner = device.owner
        device.owner = undefined
        device.slices = [
          { id: 7, profile: '3g.20gb', shareOfMemory: 0.5, owner },
          { id: 11, profile: '2g.10gb', shareOfMemory: 0.25, owner: world.newJob() },
          { id: 13, profile: '1g.5gb', shareOfMemory: 0.125, owner: undefined },
        ]
      }
    },
  },
  {
    name: 'idle-and-free',
    story: 'Half of the GPUs are allocated to nobody.',
    options: gpu,
    begin(world) {
      devices(world).forEach((device, index) => {
        if (index % 2 === 0) device.owner = undefined
      })
    },
  },
  {
    name: 'load-swings',
    story: 'Inference by day: full load, a quarter of an hour of nothing, full load.',
    options: gpu,
    bend(world, { elapsedS }) {
      for (const device of devices(world)) device.demand = elapsedS % 1500 < 900 ? 0.9 : 0.01
    },
  },
  {
    name: 'exporter-restarts',
    story: 'The exporter of a node is away for half a minute, as at each of its updates.',
    options: gpu,
    bend({ node }, { elapsedS }) {
      node.exporterUp = !(elapsedS >= 900 && elapsedS < 930)
    },
  },
  {
    name: 'driver-rolls',
    story: 'Drivers are updated node by node: drained, exporter away for two minutes, counters from zero.',
    options: gpu,
    bend(world, moment) {
      world.gpuNodes.forEach((node, index) => {
        const fromS = 600 + index * 1200
        if (moment.at(fromS)) for (const device of node.gpus) device.owner = undefined
        node.exporterUp = !(moment.elapsedS >= fromS + 60 && moment.elapsedS < fromS + 180)
        if (moment.at(fromS + 180)) {
          node.driver = '555.42.06'
          for (const device of node.gpus) {
            Object.assign(device, { replays: 0, powerViolationNs: 0, thermalViolationNs: 0, pcieTx: 0 })
            Object.assign(device, { singleBit: 0, nvlinkBytes: 0, energyMj: 0, pcieRx: 0, lastXid: 0 })
          }
        }
        if (moment.at(fromS + 240)) for (const device of node.gpus) device.owner = world.newJob()
      })
    },
  },
  {
    name: 'jobs-move',
    story: 'Jobs end and others begin on the same GPUs, with labels of their own.',
    options: gpu,
    bend(world, moment) {
      devices(world).forEach((device, index) => {
        if (moment.elapsedS > 0 && (moment.elapsedS + index * 95) % 540 < 15) device.owner = world.newJob()
      })
    },
  },
  {
    name: 'a-few-errors',
    story: 'A single-bit error an hour and a PCIe replay now and then are what hardware does.',
    options: { ...gpu, fields: 'EXTENDED' },
    begin(world) {
      for (const device of devices(world)) {
        device.singleBitPerS = 1 / 3600
        device.replaysPerS = 1 / 900
      }
    },
  },
  {
    name: 'rows-remapped-long-ago',
    story: 'Rows were remapped last year, ECC counters are not zero, and nothing grows.',
    options: { ...gpu, fields: 'EXTENDED' },
    begin(world) {
      Object.assign(world.gpu, {
        remappedUncorrectable: 2,
        remappedCorrectable: 5,
        singleBit: 812,
        doubleBit: 0,
      })
    },
  },
  {
    name: 'clock-switches-masters',
    story: 'The best master changes: a node holds over for one scrape.',
    options: cnf,
    bend({ cnf: site, du }, { elapsedS }) {
      const clock = site?.timing[1 + du]
      if (clock) clock.masterLost = elapsedS >= 1200 && elapsedS < 1215
    },
  },
  {
    name: 'offset-spike',
    story: 'One offset of 130 ns among thousands.',
    options: cnf,
    bend({ cnf: site, du }, moment) {
      const clock = site?.timing[1 + du]
      if (clock) clock.offsetBiasNs = moment.at(1000) || moment.at(2500) ? 130 : 0
    },
  },
  {
    name: 'nobody-calls',
    story: 'At night hardly anybody registers, and two of three attempts fail.',
    options: cnf,
    begin({ cnf: site }) {
      if (site)
        Object.assign(site.core, { attemptsPerS: 0.006, registrationFailShare: 0.6, sessionFailShare: 0.6 })
    },
  },
  {
    name: 'cores-poll',
    story:
      'Polling cores spin at 100 % CPU, as they always do, with 70 % of cycles on packets at the busy hour.',
    options: cnf,
    bend({ cnf: site }, moment) {
      if (site) site.dpdk.work = 0.4 + 0.3 * moment.ramp(0, 900)
    },
  },
  {
    name: 'core-restarts',
    story: 'The AMF and the data plane are updated: counters from zero, one scrape missed.',
    options: cnf,
    bend({ cnf: site }, moment) {
      if (!site) return
      site.core.amfUp = !moment.at(900)
      if (moment.at(900)) site.core.restartAmf()
      if (moment.at(1500)) site.dpdk.restart()
    },
  },
  {
    name: 'sessions-counted-twice',
    story: 'A release counts a created session twice: more successes than requests.',
    options: cnf,
    begin({ cnf: site }) {
      if (site) site.core.countsSessionsTwice = true
    },
  },
  {
    name: 'evening',
    story: 'Subscribers leave over an hour, a fifth of them.',
    options: cnf,
    bend({ cnf: site }, { elapsedS }) {
      if (site) site.core.subscribers = Math.round(1200 - (240 * elapsedS) / 3600)
    },
  },
]
