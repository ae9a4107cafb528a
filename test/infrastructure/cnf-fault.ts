import type { CnfSite } from './cnf-exporter.ts'
import type { VirtualFunction } from './data-plane-exporter.ts'
import type { Fault } from './gpu-fault.ts'
import type { PlatformNode } from './platform-exporter.ts'
import type { PtpNode } from './ptp-exporter.ts'
import type { Moment, World } from './world.ts'

type Struck = {
  world: World
  site: CnfSite
  /** The clock, function, node and pod that are struck. */
  clock: PtpNode
  vf: VirtualFunction
  platform: PlatformNode
}
type Bend = (struck: Struck, moment: Moment) => void

function of(world: World): Struck {
  const site = world.cnf as CnfSite
  const [clock, sriov, platform] = [site.timing[1 + world.du], site.sriov[world.du], site.platforms[world.du]]
  return {
    ...{ world, site, clock: clock as PtpNode, platform: platform as PlatformNode },
    vf: sriov?.vfs[0] as VirtualFunction,
  }
}
const cnf = (
  name: string,
  story: string,
  struck: (of: Struck) => string[],
  bend: Bend,
  minutes = 15,
): Fault => ({
  ...{ name, story, area: 'CNF', minutes },
  bend: (world, moment) => bend(of(world), moment),
  struck: (world) => struck(of(world)),
})

const onClock = ({ clock }: Struck) => [clock.name]
const onTiming = ({ site }: Struck) => site.timing.map(({ name }) => name)
const onNode = ({ platform, site, world }: Struck) => [platform.name, site.vduPods[world.du] as string]
const onVf = (struck: Struck) => [...onNode(struck), struck.vf.pciAddress]
const onUpf = ({ site }: Struck) => [site.upfPod, 'upf']
const onCore = () => ['open5gs', 'amf', 'smf', 'upf']

const timing: Fault[] = [
  cnf(
    'grandmaster-lost',
    'The switch before the grandmaster fails: all nodes hold over, drift, and run free in the end.',
    onTiming,
    ({ site }) => {
      for (const node of site.timing) if (!node.grandmaster) node.masterLost = true
    },
    20,
  ),
  cnf(
    'antenna-cut',
    'The grandmaster loses its satellites: it holds over and says so in its class, then it runs free.',
    onTiming,
    ({ site }, { elapsedS }) => {
      const [grandmaster, ...nodes] = site.timing
      if (grandmaster) grandmaster.gnssLost = true
      for (const node of nodes) node.announcedClass = elapsedS < 600 ? 7 : 248
    },
    20,
  ),
  cnf(
    'port-faulty',
    'The port to the network is faulty: there is no offset any more.',
    onClock,
    ({ clock }) => {
      clock.portFaulty = true
    },
  ),
  cnf(
    'master-lost-by-one',
    'A filter drops announcements to one node: it holds over, then it runs free.',
    onClock,
    ({ clock }) => {
      clock.masterLost = true
    },
    20,
  ),
  cnf(
    'path-asymmetric',
    'A new fibre is longer one way: the clock is locked, and wrong by hundreds of nanoseconds.',
    onClock,
    ({ clock, world }) => {
      clock.offsetBiasNs = 210 * world.severity
    },
  ),
  cnf(
    'servo-hunts',
    'The oscillator is heated by a fan’s failure; the servo hunts.',
    onClock,
    ({ clock, world }, moment) => {
      clock.offsetSwingNs = 420 * world.severity * moment.ramp(0, 180)
    },
  ),
  cnf(
    'offset-beyond-budget',
    'The offset grows beyond what the radio may have, 1.1 µs and more.',
    onClock,
    ({ clock, world }, moment) => {
      clock.offsetBiasNs = 1700 * world.severity * moment.ramp(0, 300)
    },
  ),
  cnf('phc2sys-dead', 'phc2sys died: the system’s clock runs away from the card’s.', onClock, ({ clock }) => {
    clock.systemClockDaemonDead = true
  }),
  cnf(
    'ptp4l-crashes',
    'ptp4l crashes on a packet and is started again, over and over.',
    onClock,
    ({ clock, world }) => {
      clock.crashesPerHour = 50 * world.severity
    },
    20,
  ),
  cnf(
    'upstream-untraceable',
    'The grandmaster’s own source is out of specification: locked to a clock of class 52.',
    onTiming,
    ({ site }) => {
      for (const node of site.timing) if (!node.grandmaster) node.announcedClass = 52
    },
  ),
]

const dataPlane: Fault[] = [
  cnf(
    'vf-drops-received',
    'The pod does not drain its queue: the function drops.',
    onVf,
    ({ vf, world }, moment) => {
      vf.rxDropShare = 0.004 * world.severity * moment.ramp(0, 120)
    },
  ),
  cnf('vf-drops-sent', 'The function’s transmit rate is limited too low.', onVf, ({ vf, world }) => {
    vf.txDropShare = 0.01 * world.severity
  }),
  cnf('vf-transmit-errors', 'Frames of the pod are refused as spoofed.', onVf, ({ vf, world }) => {
    vf.txErrorsPerS = 3 * world.severity
  }),
  cnf(
    'function-far-from-cpus',
    'After a restart the pod has its function on one NUMA node and its CPUs on the other.',
    (struck) => [...onVf(struck), ...struck.site.vduPods],
    ({ site, world }) => {
      for (const cpu of site.sriov[world.du]?.cpus ?? []) cpu.numa = 1
    },
  ),
  cnf(
    'queues-overflow',
    'Traffic grows beyond what the polling cores manage: packets are missed.',
    onUpf,
    ({ site, world }, moment) => {
      site.dpdk.work = 0.45 + 0.85 * world.severity * moment.ramp(0, 300)
    },
  ),
  cnf(
    'cores-nearly-full',
    'The polling cores are at the end of their cycles; nothing is missed yet.',
    onUpf,
    ({ site }, moment) => {
      site.dpdk.work = 0.45 + 0.49 * moment.ramp(0, 240)
    },
  ),
  cnf('buffers-leak', 'Buffers leak: none is free for what comes in.', onUpf, ({ site, world }, moment) => {
    site.dpdk.nombufShare = 0.03 * world.severity * moment.ramp(60, 300)
  }),
  cnf('optic-dirty', 'A dirty optic: frames arrive broken.', onUpf, ({ site, world }) => {
    site.dpdk.rxErrorsPerS = 40 * world.severity
  }),
  cnf(
    'transmit-fails',
    'The other end pauses for ever: packets cannot be sent.',
    onUpf,
    ({ site, world }) => {
      site.dpdk.txErrorsPerS = 300 * world.severity
    },
  ),
  cnf(
    'fronthaul-late',
    'A switch on the fronthaul queues: packets come after their window.',
    onNode,
    ({ site, world }, moment) => {
      const port = site.fronthaul[world.du]
      if (port) port.lateShare = 0.03 * world.severity * moment.ramp(0, 120)
    },
  ),
  cnf(
    'fronthaul-early',
    'The radio’s advance is wrong: packets come before their window.',
    onNode,
    ({ site, world }) => {
      const port = site.fronthaul[world.du]
      if (port) port.earlyShare = 0.04 * world.severity
    },
  ),
]

const platform: Fault[] = [
  cnf(
    'pinning-fails',
    'No whole cores are left: pods that need them are refused.',
    onNode,
    ({ platform: node, world }) => {
      node.pinningErrorsPerHour = 40 * world.severity
      node.admissionErrorsPerHour = 40 * world.severity
    },
  ),
  cnf(
    'not-aligned',
    'Devices and cores of one NUMA node are not to be had together.',
    onNode,
    ({ platform: node, world }) => {
      node.admissionErrorsPerHour = 40 * world.severity
    },
  ),
  cnf(
    'hugepages-used-up',
    'A process leaves hugepages behind until none is free, and surplus is taken.',
    onNode,
    ({ platform: node }, moment) => {
      node.hugepagesSurplus = moment.elapsedS > 300 ? 256 : 0
      node.hugepagesUsed = Math.round(6144 + 2048 * moment.ramp(0, 300)) + node.hugepagesSurplus
    },
  ),
  cnf(
    'pinned-and-throttled',
    'A quota came back to a pinned pod: its cores are taken away every period.',
    onNode,
    ({ platform: node, world }) => {
      node.throttledShare = 0.2 * world.severity
    },
  ),
]

const core: Fault[] = [
  cnf(
    'authentication-fails',
    'The UDM answers with wrong keys: many are rejected, and try again.',
    onCore,
    ({ site, world }, moment) => {
      site.core.authenticationFailShare = 0.35 * world.severity * moment.ramp(0, 90)
      site.core.attemptsPerS = 2.2 + 2 * moment.ramp(0, 120)
    },
  ),
  cnf(
    'registrations-fail',
    'A slice is no longer allowed: one registration in six is refused.',
    onCore,
    ({ site, world }) => {
      site.core.registrationFailShare = 0.16 * world.severity
    },
  ),
  cnf(
    'sessions-fail',
    'The pool of addresses is used up: sessions are refused.',
    onCore,
    ({ site, world }, moment) => {
      site.core.sessionFailShare = 0.5 * world.severity * moment.ramp(0, 200)
    },
  ),
  cnf(
    'sessions-fail-counted-twice',
    'The same under a release that counts created sessions twice.',
    onCore,
    ({ site, world }, moment) => {
      site.core.countsSessionsTwice = true
      site.core.sessionFailShare = 0.5 * world.severity * moment.ramp(0, 200)
    },
  ),
  cnf(
    'n4-refuses',
    'The user plane’s table of rules is full: it refuses sessions.',
    onCore,
    ({ site, world }) => {
      site.core.n4FailShare = 0.3 * world.severity
    },
  ),
  cnf(
    'user-plane-gone',
    'The user plane dies: no peer on N4, no sessions, no packets.',
    onCore,
    ({ site }, moment) => {
      site.core.upfUp = false
      if (moment.elapsedS < 30) return
      site.core.pfcpPeers = 0
      site.core.sessions = Math.round(site.core.sessions * 0.7)
    },
  ),
  cnf(
    'paging-fails',
    'A tracking area is configured wrongly: a third of pagings finds nobody.',
    onCore,
    ({ site, world }) => {
      site.core.pagingFailShare = 0.33 * world.severity
    },
  ),
  cnf('gnb-gone', 'A gNB loses its link: its subscribers go.', onCore, ({ site }, moment) => {
    site.core.gnbs = 3
    if (moment.elapsedS < 60) site.core.subscribers = Math.round(site.core.subscribers * 0.94)
  }),
  cnf(
    'subscribers-vanish',
    'A region loses power: six in ten subscribers are gone within minutes.',
    onCore,
    ({ site }, moment) => {
      if (moment.elapsedS < 150) site.core.subscribers = Math.round(site.core.subscribers * 0.91)
    },
  ),
  cnf(
    'nothing-goes-out',
    'A route to the data network is gone: packets come in from the radio and none goes out.',
    onCore,
    ({ site }) => {
      site.core.n3OutShare = 0
    },
  ),
]

export const cnfFaults: readonly Fault[] = [...timing, ...dataPlane, ...platform, ...core]
