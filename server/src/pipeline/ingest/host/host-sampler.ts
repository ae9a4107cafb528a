import { defaultTenant } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { HostProbe } from '../../../port/host-probe.ts'
import type { Intake } from '../intake.ts'
import type { IngestMeter } from '../meter.ts'
import { encodeHostReadings } from './host-reading.ts'

/** The machine itself as a sender: one reading each interval, through the log like everybody's. A reading that is late is left out. */
export class HostSampler {
  readonly #deps: { probe: HostProbe; intake: Intake; meter: IngestMeter; clock: Clock; log: Log }
  readonly #intervalMs: number
  #running: Promise<void> | undefined
  #cancel: (() => void) | undefined
  #failing = false

  constructor(
    deps: { probe: HostProbe; intake: Intake; meter: IngestMeter; clock: Clock; log: Log },
    intervalMs: number,
  ) {
    this.#deps = deps
    this.#intervalMs = intervalMs
  }

  start(): void {
    this.#cancel = this.#deps.clock.every(this.#intervalMs, () => {
      this.#running ??= this.#read().finally(() => {
        this.#running = undefined
      })
    })
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    await this.#running
  }

  async #read(): Promise<void> {
    const { probe, intake, meter, clock, log } = this.#deps
    try {
      const readings = await probe.read()
      const nowMs = clock.now()
      const body = encodeHostReadings(nowMs, probe.hostName, readings)
      const { decoded } = await intake.accept({
        kind: 'points',
        tenant: defaultTenant,
        body,
        encoding: 'identity',
        format: 'json',
        receivedMs: nowMs,
      })
      meter.accepted(defaultTenant, 'host', decoded)
      if (this.#failing) log.info({}, 'the host is observed again')
      this.#failing = false
    } catch (error) {
      if (isFault(error)) meter.refused(defaultTenant, 'host', error)
      if (!this.#failing) log.warn({ error: messageOf(error) }, 'the host cannot be observed for now')
      this.#failing = true
    }
  }
}
