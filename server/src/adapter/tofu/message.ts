import { Fault } from '../../kernel/fault.ts'
import type { PlanDiagnostic } from '../../port/plan-engine.ts'

const diagnosticsMax = 100
const textLengthMax = 4_000

/** Diagnostics of `-json`: one object of `validate`, or a line each of `init`, `plan` and `apply`. What is none is passed over. */
export function diagnosticsOf(stdout: Buffer): PlanDiagnostic[] {
  const whole = jsonOf(stdout.toString('utf8'))
  const all = Array.isArray(whole.diagnostics)
    ? whole.diagnostics
    : linesOf(stdout).flatMap(({ diagnostic }) => (diagnostic === undefined ? [] : [diagnostic]))
  return all.slice(0, diagnosticsMax).map(diagnosticOf)
}

/** What a person would have read: the messages of each line, at most `lengthMax` characters, the last ones kept. */
export function logOf(stdout: Buffer, lengthMax: number): string {
  const text = linesOf(stdout)
    .map((line) => {
      const said = plain(String(line['@message'] ?? ''))
      if (line.diagnostic === undefined) return said
      const { summary, detail } = diagnosticOf(line.diagnostic)
      return `${said || summary}\n${detail}`
    })
    .join('\n')
  return text.length <= lengthMax ? text : `…${text.slice(-lengthMax + 1)}`
}

/** The engine's first error as our fault. `stderr` is read where there was no diagnostic: an engine too old for `-json`, or one that crashed. */
export function faultOf(verb: string, stdout: Buffer, stderr: Buffer): Fault {
  const diagnostics = diagnosticsOf(stdout)
  const first = diagnostics.find(({ severity }) => severity === 'ERROR') ?? plainError(`${stdout}\n${stderr}`)
  if (!first) return new Fault('PLAN_FAILED', `The engine's ${verb} failed and did not say why.`)
  const { summary, detail, path, line } = first
  const place = path === undefined ? '' : ` (${path}${line === undefined ? '' : `, line ${line}`})`
  const text = `${summary}${place}${detail === '' ? '' : `: ${detail}`}`.slice(0, textLengthMax)
  if (/acquiring the state lock/i.test(summary)) return lockedFault(detail)
  return new Fault(/saved plan is stale/i.test(summary) ? 'CONFLICT' : 'PLAN_FAILED', sentence(text))
}

/** The first line names the lock. What follows is advice, and in Terraform 1.11 the lock that was asked for, not the one that is held. */
function lockedFault(detail: string): Fault {
  const [held = ''] = detail.replace(/^Error message: /, '').split('\n')
  // A plan holds the address of its state: it was made where the platform had another one, or nothing answers there now.
  if (/\b(giving up after|connection refused|no such host|i\/o timeout)\b/i.test(held))
    return new Fault(
      'CONFLICT',
      `The state could not be locked, nothing answers there: ${held.trim().replace(/\.$/, '')}.`,
    )
  return new Fault(
    'CONFLICT',
    `The state is locked: ${held.trim().replace(/\.$/, '')}. Wait for the run that holds it, or release the lock.`,
  )
}

function diagnosticOf(value: unknown): PlanDiagnostic {
  const { severity, summary, detail, range } = objectOf(value)
  const { filename, start } = objectOf(range)
  const { line } = objectOf(start)
  return {
    severity: severity === 'warning' ? 'WARNING' : 'ERROR',
    summary: plain(String(summary ?? '')),
    detail: plain(String(detail ?? '')),
    ...(typeof filename === 'string' ? { path: filename.slice(0, 1_000) } : {}),
    ...(typeof line === 'number' ? { line } : {}),
  }
}

function plainError(text: string): PlanDiagnostic | undefined {
  const found = /Error: ([^\n]*)\n*([\s\S]*)/.exec(plain(text))
  return found
    ? {
        severity: 'ERROR',
        summary: found[1] ?? '',
        detail: (found[2] ?? '').replace(/\s*[│╷╵]\s*/g, ' ').trim(),
      }
    : undefined
}

function linesOf(stdout: Buffer): Json[] {
  return stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(jsonOf)
}

type Json = Readonly<Record<string, unknown>>
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

function jsonOf(text: string): Json {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Without colours and other control characters but line ends, bounded. */
const plain = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0009\u000b-\u001f\u007f]/g, '')
    .slice(0, textLengthMax)
    .trim()

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
