import { isFault } from '../../server/src/kernel/fault.ts'
import { type FuzzTarget, fuzzTargets } from './fuzz-target.ts'

export type FuzzResult = {
  name: string
  executions: number
  /** Inputs that were taken, rather than refused with a fault. */
  taken: number
  slowestMs: number
  /** What was thrown that is no fault, and what took too long; with the input, in base64. */
  crashes: { error: string; input: string }[]
  hangs: { milliseconds: number; input: string }[]
}

const FRESH_EVERY = 5_000
const HANG_MS = 100
const FINDINGS_MAX = 5
const BYTES_MAX = 8_192

/** Broken inputs, as many for each parser; none begun after `millisecondsMax`, which is shared out among those left. */
export function fuzz(executions: number, random: () => number, millisecondsMax: number): FuzzResult[] {
  const until = performance.now() + millisecondsMax
  return fuzzTargets.map((target, at) => {
    const left = fuzzTargets.length - at
    return fuzzOne(target, executions, random, performance.now() + (until - performance.now()) / left)
  })
}

function fuzzOne(
  { name, seeds, fresh }: FuzzTarget,
  executions: number,
  random: () => number,
  until: number,
): FuzzResult {
  const result: FuzzResult = { name, executions: 0, taken: 0, slowestMs: 0, crashes: [], hangs: [] }
  let run = fresh()
  // Compiled before it is measured; and what a sender should send is taken.
  for (const seed of seeds) run(seed)
  for (; result.executions < executions && performance.now() < until; result.executions += 1) {
    if (result.executions % FRESH_EVERY === 0) run = fresh()
    const input = broken(seeds, random)
    let took = timed(() => judged(run, input, result))
    // A pause of the machine is no hang: what is slow is so each time.
    for (let again = 0; again < 3 && took > HANG_MS; again += 1)
      took = Math.min(
        took,
        timed(() => judged(fresh(), input, { ...result })),
      )
    result.slowestMs = Math.max(result.slowestMs, took)
    if (took > HANG_MS && result.hangs.length < FINDINGS_MAX)
      result.hangs.push({ milliseconds: Math.round(took), input: input.toString('base64') })
  }
  return { ...result, slowestMs: Math.round(result.slowestMs * 10) / 10 }
}

function judged(run: (bytes: Buffer) => unknown, input: Buffer, result: FuzzResult): void {
  try {
    run(input)
    result.taken += 1
  } catch (error) {
    if (isFault(error) || result.crashes.length >= FINDINGS_MAX) return
    result.crashes.push({
      error: String((error as Error)?.stack ?? error).slice(0, 500),
      input: input.toString('base64'),
    })
  }
}

function timed(task: () => void): number {
  const began = performance.now()
  task()
  return performance.now() - began
}

/** Bytes and texts that parsers are known to stumble over. */
const dictionary = [
  ...[
    '',
    '\0',
    '\n',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ':',
    '=',
    '|',
    '`',
    '#',
    '@',
    '-',
    '1e999',
    'NaN',
    '-0',
  ],
  ...[
    '__proto__',
    'constructor',
    'null',
    'true',
    '\ud800',
    '\u{1f600}',
    '9223372036854775808',
    '0x',
    '[[[[[[[[',
    '{{{{{{{{',
  ],
].map((one) => Buffer.from(one))
const bytes = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80],
  [0xc0, 0xaf],
  [0x7f],
].map((one) => Buffer.from(one))

/** One to five changes of a valid input: bits, bytes, cuts, repeats, words from elsewhere. */
function broken(seeds: readonly Buffer[], random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit)
  const of = <T>(list: readonly T[]): T => list[below(list.length)]!
  let input = Buffer.from(of(seeds))
  for (let change = below(5); change >= 0; change -= 1) {
    const at = below(input.length + 1)
    const kind = below(8)
    if (kind === 0 && input.length > 0) input[below(input.length)]! ^= 1 << below(8)
    else if (kind === 1 && input.length > 0) input[below(input.length)] = below(256)
    else if (kind === 2) input = input.subarray(0, at)
    else if (kind === 3)
      input = Buffer.concat([input.subarray(0, at), input.subarray(Math.min(input.length, at + below(8)))])
    else if (kind === 4) {
      const word = of(random() < 0.5 ? dictionary : bytes)
      input = Buffer.concat([input.subarray(0, at), word, input.subarray(at)])
    } else if (kind === 5) {
      const part = input.subarray(at, at + below(64))
      input = Buffer.concat([
        input.subarray(0, at),
        ...Array<Buffer>(1 + below(30)).fill(part),
        input.subarray(at),
      ])
    } else if (kind === 6) {
      const other = of(seeds)
      const from = below(other.length)
      input = Buffer.concat([
        input.subarray(0, at),
        other.subarray(from, from + below(64)),
        input.subarray(at),
      ])
    } else input = Buffer.concat([input.subarray(0, at), Buffer.from([below(256)]), input.subarray(at)])
  }
  return Buffer.from(input.subarray(0, BYTES_MAX))
}
