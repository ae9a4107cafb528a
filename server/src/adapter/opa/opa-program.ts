import { execFile } from 'node:child_process'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { PolicyProgram } from '../../port/policy-program.ts'

const timeoutMs = 10_000
const outputBytesMax = 1_048_576
const messagesMax = 100

const Messages = z.array(z.union([z.string(), z.object({ msg: z.string() })]))
const Answer = z.object({
  result: z
    .array(
      z.object({
        expressions: z.array(
          z.object({
            value: z.object({
              deny: Messages.optional(),
              require: Messages.optional(),
              warn: Messages.optional(),
            }),
          }),
        ),
      }),
    )
    .optional(),
})

/**
 * Asks `opa eval` for `data.main`, the package that conftest reads too: its `deny` denies, its `require` and `warn` want a person. The
 * input comes by standard input, and the program gets no environment but PATH.
 */
export function createOpaProgram(folder: string, program = 'opa'): PolicyProgram {
  return {
    async describe() {
      try {
        const said = await run(program, ['version'], '', AbortSignal.timeout(timeoutMs))
        return { name: 'opa', version: /Version: (\S+)/.exec(said)?.[1] ?? 'unknown' }
      } catch {
        return undefined
      }
    },
    async evaluate(input, signal) {
      const rules = ['eval', '--format=json', '--stdin-input', '--data', folder, 'data.main']
      const said = await run(program, rules, JSON.stringify(input), signal)
      return verdictOf(said)
    },
  }
}

/** Throws UPSTREAM_FAILED for what is no answer, and for one without the package: rules that are not found allow nothing. */
export function verdictOf(said: string): { deny: string[]; require: string[] } {
  let raw: unknown
  try {
    raw = JSON.parse(said)
  } catch {
    throw new Fault('UPSTREAM_FAILED', 'opa answered no JSON.')
  }
  const read = Answer.safeParse(raw)
  const value = read.data?.result?.[0]?.expressions[0]?.value
  if (!value) throw new Fault('UPSTREAM_FAILED', 'opa found no package main with deny, require or warn.')
  const texts = (messages: z.infer<typeof Messages> = []): string[] =>
    messages.slice(0, messagesMax).map((one) => (typeof one === 'string' ? one : one.msg))
  return { deny: texts(value.deny), require: [...texts(value.require), ...texts(value.warn)] }
}

function run(
  program: string,
  options: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      options,
      {
        ...{ maxBuffer: outputBytesMax, timeout: timeoutMs, signal, env: { PATH: process.env.PATH ?? '' } },
        killSignal: 'SIGKILL',
      },
      (error, stdout) =>
        error
          ? reject(new Fault('UPSTREAM_FAILED', `opa failed: ${error.message.slice(0, 500)}`))
          : resolve(stdout),
    )
    // It may have ended without reading.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}
