import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../../kernel/fault.ts'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { Sample } from '../index.ts'
import { type PmCounter, pmCounterOf } from './names.ts'
import { type XmlEvent, xmlEvents } from './xml-event.ts'

/** Values of one object over one granularity period. They count within the period and are no running totals. */
export type PmMeasurement = {
  managedElement: string
  /** Distinguished name of the object measured, as `GNBDUFunction=1,NRCellDU=7`. */
  object: string
  granularitySeconds: number
  endMs: number
  /** The sender doubts the values, as after a restart within the period. */
  suspect: boolean
  values: ReadonlyMap<string, number>
}

export type PmFile = { sender: string; vendor: string; beginMs: number | null; measurements: PmMeasurement[] }

const bytesMax = 32 * 1024 * 1024
const measurementsMax = 100_000
const typesMax = 2_000
const valuesMax = 1_000_000
const stepEvery = 512

/**
 * A measurement report file (3GPP TS 32.435, `measCollecFile`), with its types and results as one list or one by one. Elements that it
 * does not know are passed over. Throws INVALID_REQUEST.
 */
export function* parsePmFile(xml: string): Stepwise<PmFile> {
  if (xml.length > bytesMax)
    throw new Fault(
      'INVALID_REQUEST',
      `The file is longer than ${bytesMax} characters. Send shorter periods.`,
    )
  const reader = new PmReader()
  let events = 0
  for (const event of xmlEvents(xml)) {
    reader.take(event)
    if (++events % stepEvery === 0) yield
  }
  return reader.finish()
}

class PmReader {
  readonly #file: PmFile = { sender: '', vendor: '', beginMs: null, measurements: [] }
  #rooted = false
  #element = ''
  #types = new Map<string, string>()
  #seconds = 0
  #endMs = 0
  #open: { object: string; results: Map<string, string>; suspect: boolean } | undefined
  #place = ''
  #text = ''
  #values = 0

  take(event: XmlEvent): void {
    if (event.type === 'TEXT') this.#text += this.#text.length < 1_048_576 ? event.text : ''
    else if (event.type === 'OPEN') this.#enter(event.name, event.attributes)
    else this.#leave(event.name)
  }

  finish(): PmFile {
    if (!this.#rooted) throw new Fault('INVALID_REQUEST', 'The XML has no measCollecFile.')
    return this.#file
  }

  #enter(name: string, attributes: ReadonlyMap<string, string>): void {
    this.#text = ''
    if (!this.#rooted) {
      if (name !== 'measCollecFile' && name !== 'measDataCollection')
        throw new Fault('INVALID_REQUEST', 'The XML is no measCollecFile of TS 32.435.')
      this.#rooted = true
    }
    const says = (attribute: string) => attributes.get(attribute) ?? ''
    if (name === 'fileHeader') this.#file.vendor = says('vendorName')
    else if (name === 'fileSender') this.#file.sender = says('localDn') || says('senderName')
    else if (name === 'measCollec' && says('beginTime')) this.#file.beginMs = timeOf(says('beginTime'))
    else if (name === 'managedElement') this.#element = says('localDn') || says('userLabel')
    else if (name === 'measInfo') {
      this.#types = new Map()
      this.#seconds = 0
    } else if (name === 'granPeriod') {
      this.#seconds = secondsOf(says('duration'))
      this.#endMs = timeOf(says('endTime')) ?? 0
    } else if (name === 'measType' || name === 'r') this.#place = says('p')
    else if (name === 'measValue')
      this.#open = { object: says('measObjLdn'), results: new Map(), suspect: false }
  }

  #leave(name: string): void {
    const text = this.#text.trim()
    this.#text = ''
    if (name === 'measTypes')
      for (const [index, type] of words(text).entries()) this.#addType(String(index + 1), type)
    else if (name === 'measType') this.#addType(this.#place, text)
    else if (name === 'measResults')
      for (const [index, value] of words(text).entries()) this.#open?.results.set(String(index + 1), value)
    else if (name === 'r' && this.#open && this.#open.results.size < typesMax)
      this.#open.results.set(this.#place, text)
    else if (name === 'suspect' && this.#open) this.#open.suspect = text === 'true' || text === '1'
    else if (name === 'measValue') this.#close()
  }

  #addType(place: string, type: string): void {
    if (this.#types.size < typesMax && type.length <= 256) this.#types.set(place, type)
  }

  #close(): void {
    const open = this.#open
    this.#open = undefined
    if (!open) return
    const values = new Map<string, number>()
    for (const [place, text] of open.results) {
      const type = this.#types.get(place)
      // NIL is a value that could not be measured, and no zero.
      if (type === undefined || !/^[+-]?\d{1,30}(?:[.]\d{1,30})?(?:[eE][+-]?\d{1,3})?$/.test(text)) continue
      values.set(type, Number(text))
    }
    this.#values += values.size
    if (this.#file.measurements.length >= measurementsMax || this.#values > valuesMax)
      throw new Fault('INVALID_REQUEST', `The file has more than ${valuesMax} values. Send shorter periods.`)
    this.#file.measurements.push({
      ...{ managedElement: this.#element, object: open.object, suspect: open.suspect, values },
      ...{ granularitySeconds: this.#seconds, endMs: this.#endMs },
    })
  }
}

const words = (text: string): string[] => (text === '' ? [] : text.split(/\s+/, typesMax))

function timeOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{5,20}(Z|[+-]\d\d:?\d\d)?$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : ms
}

/** A duration of XML Schema, as `PT900S` or `PT15M`; months have no length and are none. */
export function secondsOf(text: string): number {
  const match = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:[.]\d{1,9})?S)?)?$/.exec(
    text,
  )
  if (!match) return 0
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ]
  return durationMs(`${days * 24 + hours}h${minutes}m${seconds}s`) / 1_000
}

/** Label that tells a value of one period from a running total. */
export const periodLabel = 'granularity_period_seconds'

/**
 * The newest values of a file that mean something here, under their canonical names, as samples beside those of exporters. Suspect ones
 * are left out.
 */
export function pmSamples(file: PmFile): Sample[] {
  const newest = new Map<string, { endMs: number; sample: Sample }>()
  for (const measurement of file.measurements) {
    if (measurement.suspect || measurement.granularitySeconds <= 0) continue
    for (const [type, value] of measurement.values) {
      const counter = pmCounterOf(type)
      if (!counter) continue
      const key = JSON.stringify([measurement.managedElement, measurement.object, counter])
      const before = newest.get(key)
      if (!before || measurement.endMs >= before.endMs)
        newest.set(key, { endMs: measurement.endMs, sample: sampleOf(measurement, counter, value) })
    }
  }
  return [...newest.values()].map(({ sample }) => sample)
}

const canonical: Readonly<Record<PmCounter, string>> = {
  ue_throughput_dl: 'pm_drb_uethpdl',
  ue_throughput_ul: 'pm_drb_uethpul',
  prb_load_dl: 'pm_rru_prbtotdl',
  prb_load_ul: 'pm_rru_prbtotul',
  rrc_attempts: 'pm_rrc_connestabatt',
  rrc_successes: 'pm_rrc_connestabsucc',
  fronthaul_late: 'pm_rx_late',
  fronthaul_early: 'pm_rx_early',
  fronthaul_on_time: 'pm_rx_on_time',
  fronthaul_total: 'pm_rx_total',
}

function sampleOf(measurement: PmMeasurement, counter: PmCounter, value: number): Sample {
  const labels = {
    __name__: canonical[counter],
    managed_element: measurement.managedElement,
    object: measurement.object,
    [periodLabel]: String(measurement.granularitySeconds),
  }
  return { labels, value }
}
