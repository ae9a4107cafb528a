/** One syslog message; texts are empty and numbers null where it does not say. */
export type SyslogMessage = {
  /** 0 (emergency) to 7 (debug). */
  severity: number | null
  facility: number | null
  timeMs: number | null
  host: string
  app: string
  process: string
  messageId: string
  /** `[element.parameter, value]`. */
  structured: readonly (readonly [string, string])[]
  text: string
}
/** What follows the PRI. */
export type SyslogContent = Omit<SyslogMessage, 'severity' | 'facility'>
