import type { GpuDevice } from './gpu-device.ts'
import type { Moment, World } from './world.ts'

export type Fault = {
  name: string
  area: 'GPU' | 'CNF'
  /** What physically happens. */
  story: string
  /** After its onset; by then it has to be named. */
  minutes: number
  /** For what the exporter's shipped list of fields does not tell. */
  fields?: 'EXTENDED'
  /** Called before each step since the onset. */
  bend(world: World, moment: Moment): void
  /** Names of things that are struck; a finding that has none of them is of something else. */
  struck(world: World): string[]
}

const gpu = (
  name: string,
  story: string,
  bend: Fault['bend'],
  more: Partial<Pick<Fault, 'minutes' | 'fields' | 'struck'>> = {},
): Fault => ({
  ...{ name, story, bend, area: 'GPU', minutes: 15, struck: ({ gpu }) => [gpu.uuid] },
  ...more,
})
const ofNode = ({ node }: World): string[] => [node.name, ...node.gpus.map(({ uuid }) => uuid)]
const gpuOrNode = (world: World): string[] => [world.gpu.uuid, world.node.name]

/** A code is logged at the onset, and what ran there dies half a minute later. */
const fatal =
  (code: number, more: (device: GpuDevice, moment: Moment, world: World) => void = () => undefined) =>
  (world: World, moment: Moment) => {
    if (moment.at(0)) world.gpu.raise(code, world.nowS)
    if (moment.at(30)) world.gpu.owner = undefined
    more(world.gpu, moment, world)
  }
/** The job dies and its controller starts it again, until it dies again. */
const crashing = (code: number, everyS: number, newJob: boolean) => (world: World, moment: Moment) => {
  if (moment.each(everyS)) world.gpu.raise(code, world.nowS)
  if (newJob && moment.elapsedS > 60 && moment.elapsedS % everyS >= 60 && moment.elapsedS % everyS < 75)
    world.gpu.owner = world.newJob()
}

/** Heat and power. */
const thermal: Fault[] = [
  gpu(
    'fan-stops',
    'A fan stops: the GPU heats within minutes to where it slows itself down.',
    (world, moment) => {
      world.gpu.thermalResistance = 1 + 1.45 * world.severity * moment.ramp(0, 240)
    },
  ),
  gpu('cold-plate-loose', 'The cold plate lost contact: too hot at once, clocks fall.', (world) => {
    world.gpu.thermalResistance = 2.9 * world.severity
  }),
  gpu(
    'hot-aisle',
    'Hot exhaust comes round to the inlet of a node: all its GPUs are hot, none is broken.',
    ({ node, severity }, moment) => {
      for (const device of node.gpus) device.inletCelsius = 27 + 31 * severity * moment.ramp(0, 400)
    },
    { minutes: 25, struck: ofNode },
  ),
  gpu(
    'dry-thermal-paste',
    'Thermal paste dries out; under load the GPU creeps to its limit.',
    (world, moment) => {
      world.gpu.thermalResistance = 1 + 1.1 * world.severity * moment.ramp(0, 1200)
    },
    { minutes: 30 },
  ),
  gpu(
    'memory-hot',
    'A pad over the memory is missing: HBM far beyond its limit, the chip is well.',
    (world, moment) => {
      world.gpu.memoryExcessCelsius = 40 * world.severity * moment.ramp(0, 200)
    },
  ),
  gpu('memory-warm', 'Memory runs warm, above what is advised.', (world, moment) => {
    world.gpu.memoryExcessCelsius = 31 * moment.ramp(0, 200)
  }),
  gpu(
    'power-supply-lost',
    'One power supply of the node fails; the board brakes all GPUs to half their clocks.',
    ({ node }) => {
      for (const device of node.gpus) device.powerBrake = true
    },
    { fields: 'EXTENDED', struck: ofNode },
  ),
  gpu(
    'power-cap-left',
    'Somebody left a power limit of half the board’s on one GPU.',
    ({ gpu: device, severity }) => {
      device.powerCapWatts = 370 / severity
    },
    { fields: 'EXTENDED' },
  ),
  gpu(
    'rack-over-budget',
    'The rack is over its power budget: limits go down for minutes, again and again.',
    ({ node }, moment) => {
      for (const device of node.gpus)
        device.powerCapWatts = moment.elapsedS % 300 < 120 ? 420 : Number.POSITIVE_INFINITY
    },
    { fields: 'EXTENDED', struck: ofNode, minutes: 25 },
  ),
]

/** Memory cells. */
const memory: Fault[] = [
  gpu(
    'double-bit-error',
    'Two bits of a word flip: XID 48, the row is remapped, the job dies.',
    fatal(48, (device, moment, world) => {
      if (moment.at(0)) device.doubleBit += 1
      if (moment.at(15)) device.raise(63, world.nowS)
      if (moment.at(15)) device.remappedUncorrectable += 1
      if (moment.at(15)) device.remapPending = 1
      if (moment.at(45)) device.raise(45, world.nowS)
    }),
    { fields: 'EXTENDED' },
  ),
  gpu(
    'contained-error',
    'An uncorrectable error that stayed within one job: XID 94, the job dies.',
    fatal(94, (device, moment) => {
      if (moment.at(0)) device.remappedUncorrectable += 1
      if (moment.at(0)) device.doubleBit += 1
    }),
  ),
  gpu(
    'uncontained-error',
    'An uncorrectable error that may have reached any job: XID 95.',
    fatal(95, (device, moment) => {
      if (moment.at(0)) device.doubleBit += 3
    }),
  ),
  gpu('unrecovered-error', 'ECC errors that the GPU did not recover from: XID 140.', fatal(140)),
  gpu(
    'remap-fails',
    'A row should be remapped and no spare is left: XID 64 and the failure’s flag.',
    fatal(64, (device, moment) => {
      if (moment.at(0)) device.remapFailure = 1
    }),
  ),
  gpu(
    'remap-failed-before',
    'After a restart the flag of a failed remapping is up, with no XID.',
    ({ gpu: device }) => {
      device.remapFailure = 1
    },
  ),
  gpu(
    'rows-remapped',
    'Rows wear out: remapped one by one, each with XID 63; a reset is pending.',
    ({ gpu: device, nowS }, moment) => {
      if (!moment.at(0) && !moment.at(240)) return
      device.raise(63, nowS)
      device.remappedUncorrectable += 1
      device.remapPending = 1
    },
  ),
  gpu(
    'single-bit-storm',
    'Single-bit errors pour in: corrected each, but more and more; in the end XID 92.',
    ({ gpu: device, nowS, severity }, moment) => {
      device.singleBitPerS = 5 * severity * moment.ramp(0, 180)
      if (moment.at(180)) device.remappedCorrectable += 2
      if (moment.at(480)) device.raise(92, nowS)
    },
    { fields: 'EXTENDED' },
  ),
  gpu('memory-fills', 'The job leaks until no memory is left.', ({ gpu: device, severity }) => {
    device.memoryLeakMibPerS = 75 * severity
  }),
]

/** Links, buses and what runs on the board itself. */
const board: Fault[] = [
  gpu('bus-replays', 'A riser is loose: PCIe repeats packets all the time.', ({ gpu: device, severity }) => {
    device.replaysPerS = 2.5 * severity
  }),
  gpu(
    'nvlink-errors',
    'A worn NVLink connector: checksums fail and frames are repeated.',
    ({ gpu: device, severity }, moment) => {
      device.nvlinkErrorsPerS = 8 * severity * moment.ramp(0, 120)
    },
    { fields: 'EXTENDED' },
  ),
  gpu(
    'nvlink-down',
    'An NVLink goes down: XID 74, the collective operation stands still.',
    (world, moment) => {
      if (moment.at(0)) world.gpu.raise(74, world.nowS)
      world.gpu.nvlinkDown = true
      world.gpu.nvlinkErrorsPerS = moment.elapsedS < 30 ? 12 : 0
      world.gpu.hung = moment.elapsedS >= 30
    },
  ),
  gpu(
    'fallen-off-the-bus',
    'The GPU no longer answers on PCIe: XID 79, and it is gone from the exporter.',
    (world, moment) => {
      if (moment.at(0)) world.gpu.raise(79, world.nowS)
      if (moment.at(30)) world.gpu.present = false
    },
    { struck: gpuOrNode },
  ),
  gpu(
    'vanished',
    'A GPU is missing without a word, as after a restart of the driver; the kubelet still counts it.',
    (world) => {
      world.gpu.present = false
    },
    { struck: gpuOrNode, minutes: 20 },
  ),
  gpu(
    'gsp-timeout',
    'The GPU’s system processor no longer answers: XID 119 again and again.',
    (world, moment) => {
      if (moment.each(45)) world.gpu.raise(119, world.nowS)
      world.gpu.hung = true
    },
  ),
  gpu('gsp-error', 'The GPU’s system processor reports an error: XID 120.', fatal(120)),
  gpu('micro-controller-halt', 'An internal micro-controller halts: XID 62.', fatal(62)),
  gpu('context-switch-timeout', 'Contexts no longer switch: XID 109, the job stands still.', fatal(109)),
  gpu(
    'driver-over-the-fleet',
    'After a new driver, system processors time out on several nodes within minutes.',
    (world, moment) => {
      if (moment.at(0)) for (const node of world.gpuNodes) node.driver = '555.42.02'
      const all = world.gpuNodes.flatMap(({ gpus }) => gpus)
      all.forEach((device, index) => {
        if (moment.at(30 + index * 45)) device.raise(119, world.nowS)
      })
    },
    {
      struck: (world) => world.gpuNodes.flatMap(({ name, gpus }) => [name, ...gpus.map(({ uuid }) => uuid)]),
    },
  ),
  gpu(
    'exporter-gone',
    'The exporter’s pod of a node dies; nothing is known of its GPUs.',
    ({ node }) => {
      node.exporterUp = false
    },
    { struck: ofNode, minutes: 20 },
  ),
]

/** What jobs do to themselves. */
const workload: Fault[] = [
  gpu(
    'illegal-access',
    'A job reads where it may not: XID 31, and again after each restart.',
    crashing(31, 200, false),
  ),
  gpu('graphics-exception', 'A kernel of a job is wrong: XID 13.', crashing(13, 240, false)),
  gpu('channel-stopped', 'A channel of a job is stopped: XID 43.', crashing(43, 300, false)),
  gpu(
    'faults-across-jobs',
    'Different jobs die on the same GPU with XID 31, on others they run: the GPU is to blame.',
    crashing(31, 180, true),
    { minutes: 25 },
  ),
  gpu(
    'allocated-and-idle',
    'A notebook holds its GPU and does nothing.',
    ({ gpu: device }) => {
      device.demand = 0
    },
    { minutes: 45 },
  ),
  gpu(
    'kernel-hangs',
    'A collective waits for a peer that is gone: utilisation 100 %, and nothing is computed.',
    ({ gpu: device }) => {
      device.hung = true
    },
    { minutes: 45, fields: 'EXTENDED' },
  ),
]

export const gpuFaults: readonly Fault[] = [...thermal, ...memory, ...board, ...workload]
