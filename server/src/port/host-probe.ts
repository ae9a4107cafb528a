/** One reading of the machine, OpenTelemetry names (`system.cpu.utilization`, …), units in UCUM. */
export type HostReading = {
  name: string
  kind: 'GAUGE' | 'COUNTER'
  unit: string
  attributes: Record<string, string>
  value: number
}

/** Reads the machine the platform runs on. Cheap: a few milliseconds of CPU. What the machine does not tell is left out, never guessed. */
export interface HostProbe {
  readonly hostName: string
  read(): Promise<HostReading[]>
}
