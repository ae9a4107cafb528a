import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { createPromqlEngine, runScript } from '../../../service/telemetry/index.ts'
import { Exit } from '../exit.ts'
import { bold, dim, green, print, printJson, table } from '../print.ts'
import { machine } from './machine.ts'

type Options = { suite: string; json?: boolean }
type FileResult = { file: string; evals: number; passed: number }
type Failed = { file: string; line: number; reason: string; query: string; failure: string }

const filesMax = 1_000
/** Failures shown one by one in a terminal; JSON has them all. */
const shownMax = 50

/** `aiops bench promql`: test scripts through the query engine that answers live → evals, passed, failures by reason. */
export function benchPromqlCommand(bench: Command): void {
  bench
    .command('promql')
    .description('run promqltest scripts through the PromQL engine')
    .requiredOption('--suite <dir>', 'folder with *.test files in the promqltest language')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExits with 1 where an eval fails.\n\nExample:\n  aiops bench promql --suite prometheus/promql/promqltest/testdata\n',
    )
    .action(benchPromql)
}

async function benchPromql({ suite, json }: Options): Promise<void> {
  const names = await scriptsOf(suite)
  const before = process.cpuUsage()
  const begunMs = performance.now()
  const files: FileResult[] = []
  const failed: Failed[] = []
  for (const name of names) files.push(await runFile(suite, name, failed))
  const { user, system } = process.cpuUsage(before)
  const result = {
    suite,
    evals: files.reduce((sum, { evals }) => sum + evals, 0),
    passed: files.reduce((sum, { passed }) => sum + passed, 0),
    failures_by_reason: countReasons(failed),
    files,
    failures: failed,
    wall_seconds: round((performance.now() - begunMs) / 1_000),
    cpu_seconds: round((user + system) / 1e6),
    machine: machine(),
  }
  if (json === true) printJson(result)
  else tell(result)
  if (failed.length > 0) throw new Exit(1)
}

async function runFile(folder: string, file: string, failed: Failed[]): Promise<FileResult> {
  const result = { file, evals: 0, passed: 0 }
  try {
    for await (const outcome of runScript(await readFile(join(folder, file), 'utf8'), createPromqlEngine())) {
      result.evals++
      const { line, query, failure, reason } = outcome
      if (failure === undefined) result.passed++
      else failed.push({ file, line, reason: reason ?? 'error', query, failure })
    }
  } catch (error) {
    failed.push({ file, line: 0, reason: 'script', query: '', failure: messageOf(error) })
  }
  return result
}

async function scriptsOf(folder: string): Promise<string[]> {
  let names: string[]
  try {
    names = await readdir(folder, { recursive: true })
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `${folder} cannot be read (${messageOf(error)}): check the path.`)
  }
  const scripts = names.filter((name) => name.endsWith('.test')).toSorted()
  if (scripts.length === 0) throw new Fault('INVALID_REQUEST', `${folder} holds no *.test file.`)
  if (scripts.length > filesMax)
    throw new Fault(
      'INVALID_REQUEST',
      `${folder} holds more than ${filesMax} *.test files: name a part of it.`,
    )
  return scripts
}

function countReasons(failed: readonly Failed[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason } of failed) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

function tell(result: {
  evals: number
  passed: number
  failures_by_reason: Record<string, number>
  files: readonly FileResult[]
  failures: readonly Failed[]
  cpu_seconds: number
}): void {
  const rows = result.files.map(({ file, evals, passed }) => [file, `${passed} of ${evals}`])
  for (const line of table([['FILE', 'PASSED'], ...rows])) print(line)
  for (const { file, line, reason, query, failure } of result.failures.slice(0, shownMax))
    print(`${file}:${line} ${bold(reason)} ${query} ${dim(failure)}`)
  const hidden = result.failures.length - shownMax
  if (hidden > 0) print(dim(`${hidden} more; --json has them all`))
  const reasons = Object.entries(result.failures_by_reason).map(([reason, count]) => `${count} ${reason}`)
  print()
  print(
    `${result.passed} of ${result.evals} evals passed in ${result.cpu_seconds} CPU seconds${
      reasons.length > 0 ? `; failed: ${reasons.join(', ')}` : green('; none failed')
    }`,
  )
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
