import type { Random } from '../../server/src/kernel/random.ts'
import { Exposition, happened, noise } from './exposition.ts'

const freerun = 0
const locked = 1
const holdover = 2
const roles = { slave: 1, master: 2, faulty: 3, listening: 5 } as const
/** What linuxptp-daemon says where a clock has no offset. */
const faultyOffset = 999_999

/**
 * A node that follows a grandmaster over the network (ptp4l and phc2sys), or is one (gnss, dpll and ts2phc before them), with the metrics
 * of linuxptp-daemon.
 */
export class PtpNode {
  readonly name: string
  readonly grandmaster: boolean

  // What may be wrong.
  /** Nobody announces a better clock any more. */
  masterLost = false
  portFaulty = false
  gnssLost = false
  /** A path that is longer one way than the other. */
  offsetBiasNs = 0
  /** A servo that hunts. */
  offsetSwingNs = 0
  systemClockDaemonDead = false
  /** Restarts of ptp4l within an hour. */
  crashesPerHour = 0
  /** What the grandmaster says of itself. */
  announcedClass = 6

  readonly #random: Random
  readonly #holdoverS: number
  readonly #driftNsPerS: number
  #restarts = 0
  #lostForS = 0
  #crashedForS = 0
  #systemDriftNs = 0
  #nowS = 0
  #frequency: number
  #delay: number
  constructor(
    random: Random,
    name: string,
    options: { grandmaster?: boolean; holdoverS?: number; driftNsPerS?: number } = {},
  ) {
    this.#random = random
    this.name = name
    this.grandmaster = options.grandmaster ?? false
    this.#holdoverS = options.holdoverS ?? 300
    this.#driftNsPerS = options.driftNsPerS ?? 1.5
    this.#frequency = Math.round(noise(random, 4000))
    this.#delay = 400 + Math.round(random.next() * 200)
  }
  step(seconds: number, nowS: number): void {
    this.#nowS = nowS
    this.#lostForS = this.#sourceLost ? this.#lostForS + seconds : 0
    this.#crashedForS = 0
    for (let i = happened(this.#random, (this.crashesPerHour * seconds) / 3600); i > 0; i -= 1) {
      this.#restarts += 1
      this.#crashedForS = seconds
    }
    this.#systemDriftNs = this.systemClockDaemonDead ? this.#systemDriftNs + 140 * seconds : 0
  }
  get #sourceLost(): boolean {
    return this.grandmaster ? this.gnssLost : this.masterLost || this.portFaulty
  }
  get #state(): number {
    if (!this.#sourceLost) return this.#crashedForS > 0 ? freerun : locked
    // A port that is broken has no time to hold over in; a lost source leaves the oscillator to run on.
    if (this.portFaulty) return freerun
    return this.#lostForS <= this.#holdoverS ? holdover : freerun
  }
  /** Offset from the source, ns. */
  get #offset(): number {
    if (this.#state === freerun) return faultyOffset
    const swing = this.offsetSwingNs * Math.sin((2 * Math.PI * this.#nowS) / 97)
    const drift = this.#sourceLost ? this.#driftNsPerS * this.#lostForS : 0
    return Math.round(noise(this.#random, 6) + this.offsetBiasNs + swing + drift)
  }
  get #clockClass(): number {
    if (this.grandmaster) {
      if (!this.gnssLost) return 6
      return this.#state === holdover ? 7 : 248
    }
    if (!this.#sourceLost) return this.announcedClass
    if (this.#state === holdover) return 135
    return this.portFaulty ? 248 : 165
  }

  text(): string {
    const page = new Exposition({ sorted: true, go: true })
    const gauges = (name: string, help = '') => page.family(`openshift_ptp_${name}`, 'gauge', help)
    for (const name of ['offset_ns', 'max_offset_ns', 'frequency_adjustment_ns', 'delay_ns']) gauges(name)
    gauges('clock_state', '0 = FREERUN, 1 = LOCKED, 2 = HOLDOVER')
    gauges('clock_class', '6 = Locked, 7 = PRC unlocked in-spec, 52/187 = PRC unlocked out-of-spec, 248')
    gauges('interface_role', '0 = PASSIVE, 1 = SLAVE, 2 = MASTER, 3 = FAULTY, 4 = UNKNOWN, 5 = LISTENING')
    gauges('process_status', '0 = DOWN, 1 = UP')
    page.family('openshift_ptp_process_restart_count', 'counter', '')
    const state = this.#state
    const offset = this.#offset
    const put = (name: string, value: number, labels: Record<string, string>) =>
      page.sample(`openshift_ptp_${name}`, value, { ...labels, node: this.name })
    const clock = (process: string, from: string, iface: string, offsetNs: number, stateNow: number) => {
      put('offset_ns', offsetNs, { process, from, iface })
      put('max_offset_ns', Math.abs(offsetNs) + Math.round(this.#random.next() * 6), { process, from, iface })
      put('frequency_adjustment_ns', this.#frequency + Math.round(noise(this.#random, 30)), {
        process,
        from,
        iface,
      })
      put('clock_state', stateNow, { process, iface })
    }
    if (this.grandmaster) this.#writeSource(clock, put, state, offset)
    else {
      clock('ptp4l', 'master', 'ens2fx', offset, state)
      put('delay_ns', state === locked ? this.#delay + Math.round(noise(this.#random, 3)) : 0, {
        ...{ process: 'ptp4l', from: 'master', iface: 'ens2fx' },
      })
    }
    this.#writeSystemClock(clock, put, state)
    put('interface_role', this.#role(), { process: 'ptp4l', iface: 'ens2f0' })
    put('interface_role', roles.master, { process: 'ptp4l', iface: 'ens2f1' })
    put('clock_class', this.#clockClass, { process: 'ptp4l', config: 'ptp4l.0.config' })
    put('process_status', this.#crashedForS > 0 ? 0 : 1, { process: 'ptp4l', config: 'ptp4l.0.config' })
    put('process_restart_count', this.#restarts, { process: 'ptp4l', config: 'ptp4l.0.config' })
    return page.text()
  }

  #role(): number {
    if (this.portFaulty) return roles.faulty
    if (this.grandmaster) return roles.master
    return this.masterLost || this.#crashedForS > 0 ? roles.listening : roles.slave
  }
  #writeSource(clock: ClockLine, put: Put, state: number, offset: number): void {
    clock(
      'gnss',
      'gnss',
      'ens2fx',
      this.gnssLost ? faultyOffset : Math.round(noise(this.#random, 4)),
      this.gnssLost ? freerun : locked,
    )
    clock('dpll', 'dpll', 'ens2fx', state === locked ? 0 : Math.min(offset, 99_999), state)
    clock('ts2phc', 'master', 'ens2fx', offset, state)
    for (const process of ['ts2phc', 'gpsd']) put('process_status', 1, { process, config: 'ts2phc.0.config' })
  }
  /** The system's clock has no holdover: it goes straight to free run. */
  #writeSystemClock(clock: ClockLine, put: Put, state: number): void {
    const dead = this.systemClockDaemonDead
    const own = dead ? Math.min(this.#systemDriftNs, faultyOffset) : Math.round(noise(this.#random, 9))
    const stateNow = state === locked && !dead ? locked : freerun
    clock('phc2sys', 'phc', 'CLOCK_REALTIME', stateNow === freerun && !dead ? faultyOffset : own, stateNow)
    put('process_status', dead ? 0 : 1, { process: 'phc2sys', config: 'ptp4l.0.config' })
    put('process_restart_count', 0, { process: 'phc2sys', config: 'ptp4l.0.config' })
  }
}

type ClockLine = (process: string, from: string, iface: string, offsetNs: number, state: number) => void
type Put = (name: string, value: number, labels: Record<string, string>) => unknown
